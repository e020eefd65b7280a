#include "trial/desk_server.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "core/error.hpp"

namespace mls::trial {
namespace {

using sandbox::Descriptor;

constexpr int write_patience_s = 10;

Error failure(const std::filesystem::path& path, const char* what) {
  return infrastructure(fmt::format("{}: {}: {}", path.string(), what, std::strerror(errno)));
}

/// Through the folder's descriptor, because socket addresses are short.
Descriptor listener_at(const std::filesystem::path& path) {
  const Descriptor folder{::open(path.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
  if (!folder.open()) throw failure(path, "its folder cannot be opened");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = fmt::format("/proc/self/fd/{}/{}", folder.get(), path.filename().string());
  if (name.size() >= sizeof address.sun_path) throw infrastructure(name + ": too long for a socket");
  std::ranges::copy(name, address.sun_path);
  ::unlink(path.c_str());
  Descriptor listener{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!listener.open()) throw failure(path, "a socket cannot be made");
  if (::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener.get(), DeskServer::max_connections) != 0) {
    throw failure(path, "cannot listen");
  }
  return listener;
}

/// What the other side does not take in time is its loss.
void write_line(int socket, std::string line) {
  line += '\n';
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t count = ::send(socket, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace

DeskServer::DeskServer(const std::filesystem::path& socket, Answer answer, std::string too_long)
    : path_(socket),
      answer_(std::move(answer)),
      too_long_(std::move(too_long)),
      listener_(listener_at(socket)),
      closing_(::eventfd(0, EFD_CLOEXEC)) {
  if (!closing_.open()) throw failure(path_, "an event cannot be made");
  acceptor_ = std::jthread([this] { accept_all(); });
}

DeskServer::~DeskServer() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(closing_.get(), &one, sizeof one);
  acceptor_.join();
  connections_.clear();  // joins
  ::unlink(path_.c_str());
}

bool DeskServer::wait_for(int fd) const {
  for (;;) {
    std::array<pollfd, 2> watched{{{fd, POLLIN, 0}, {closing_.get(), POLLIN, 0}}};
    if (::poll(watched.data(), watched.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    return watched[1].revents == 0;
  }
}

void DeskServer::accept_all() {
  while (wait_for(listener_.get())) {
    std::erase_if(connections_, [](const Connection& one) { return one.done.load(); });
    Descriptor socket{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
    if (!socket.open() || connections_.size() >= max_connections) continue;
    const timeval patience{write_patience_s, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    Connection& connection = connections_.emplace_back();
    connection.socket = std::move(socket);
    connection.thread = std::jthread([this, &connection] {
      serve(connection);
      ::shutdown(connection.socket.get(), SHUT_RDWR);
      connection.done = true;
    });
  }
}

void DeskServer::serve(const Connection& connection) const {
  const int socket = connection.socket.get();
  std::string pending;
  std::array<char, 16384> chunk{};
  while (wait_for(socket)) {
    const ssize_t count = ::recv(socket, chunk.data(), chunk.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    pending.append(chunk.data(), static_cast<std::size_t>(count));
    for (std::size_t end = pending.find('\n'); end != std::string::npos; end = pending.find('\n')) {
      write_line(socket, answer_(std::string_view(pending).substr(0, end)));
      pending.erase(0, end + 1);
    }
    if (pending.size() > max_line_bytes) return write_line(socket, too_long_);
  }
}

}  // namespace mls::trial
