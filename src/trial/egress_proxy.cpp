#include "trial/egress_proxy.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <limits>
#include <mutex>
#include <optional>
#include <set>
#include <sstream>
#include <thread>

#include <boost/asio.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "core/error.hpp"
#include "sandbox/descriptor.hpp"

namespace mls::trial {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using sandbox::Descriptor;

constexpr std::uint32_t max_head_bytes = 32 << 10;
constexpr std::size_t max_shown_bytes = 200;
constexpr auto head_patience =
    std::chrono::seconds(30);  // for the request, and for the connection to the host
constexpr auto idle_patience = std::chrono::minutes(30);       // a model may think for long
constexpr auto goodbye_patience = std::chrono::seconds(2);     // for a client to read why it was refused
constexpr auto accept_pause = std::chrono::milliseconds(200);  // when the machine is out of descriptors

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

/// What an agent sent, fit for a log.
std::string shown(std::string_view text) {
  std::string result;
  for (const char c : text.substr(0, max_shown_bytes)) result += c >= 0x20 && c < 0x7f ? c : '?';
  return result;
}

std::string without_brackets(const std::string& host) {
  return host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
}

/// Addresses that mean something on the internet: none of this machine, of its surroundings, or of what
/// carries other addresses inside.
bool is_public(const asio::ip::address& address) {
  static const std::array reserved_v4{
      asio::ip::make_network_v4("0.0.0.0/8"),      asio::ip::make_network_v4("10.0.0.0/8"),
      asio::ip::make_network_v4("100.64.0.0/10"),  asio::ip::make_network_v4("127.0.0.0/8"),
      asio::ip::make_network_v4("169.254.0.0/16"), asio::ip::make_network_v4("172.16.0.0/12"),
      asio::ip::make_network_v4("192.0.0.0/24"),   asio::ip::make_network_v4("192.168.0.0/16"),
      asio::ip::make_network_v4("198.18.0.0/15"),  asio::ip::make_network_v4("224.0.0.0/3")};
  if (address.is_v4()) {
    return std::ranges::none_of(reserved_v4, [&](const asio::ip::network_v4& network) {
      return asio::ip::network_v4(address.to_v4(), network.prefix_length()).canonical() == network;
    });
  }
  // Global unicast is 2000::/3; in it, Teredo (2001::/32) and 6to4 (2002::/16) carry IPv4 addresses.
  const auto bytes = address.to_v6().to_bytes();
  const bool teredo = bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0 && bytes[3] == 0;
  const bool six_to_four = bytes[0] == 0x20 && bytes[1] == 0x02;
  return (bytes[0] & 0xe0) == 0x20 && !teredo && !six_to_four;
}

void close(tcp::socket& socket) {
  error_code ignored;
  socket.close(ignored);  // NOLINT(bugprone-unused-return-value): the same error
}

/// A destination, and what became of it.
struct Gate {
  Destination destination;
  std::string text;
  std::vector<asio::ip::address> at_start;
  std::uint64_t connections = 0;
  std::uint64_t sent = 0;
  std::uint64_t received = 0;

  [[nodiscard]] bool admits(const asio::ip::address& address) const {
    return is_public(address) || std::ranges::find(at_start, address) != at_start.end();
  }
};

/// What a request asks for.
struct Wish {
  std::string destination;  ///< as Destination::text() writes it
  std::string path;         ///< empty for a tunnel
};

/// None for a request that no proxy is asked.
std::optional<Wish> wish_of(const http::request_header<>& head) {
  const std::string target(head.target());
  if (head.method() == http::verb::connect) return Wish{lower(target), ""};
  constexpr std::string_view scheme = "http://";
  if (lower(target.substr(0, scheme.size())) != scheme) return std::nullopt;
  const std::size_t end = std::min(target.find_first_of("/?#", scheme.size()), target.size());
  std::string authority = lower(target.substr(scheme.size(), end - scheme.size()));
  const std::size_t colon = authority.rfind(':');
  const bool has_port = colon != std::string::npos && authority.find(']', colon) == std::string::npos;
  if (!has_port) authority += ":80";
  std::string path = target.substr(end);
  if (!path.starts_with('/')) path.insert(0, "/");
  return Wish{std::move(authority), std::move(path)};
}

/// As a server wants it, and so that the connection ends with the answer: the next request may be for another
/// host.
std::string forwarded(http::request_header<> head, const Wish& wish) {
  head.target(wish.path);
  head.set(http::field::host, wish.destination);
  head.set(http::field::connection, "close");
  for (const http::field field : {http::field::proxy_connection, http::field::proxy_authorization,
                                  http::field::keep_alive, http::field::upgrade})
    head.erase(field);
  std::ostringstream text;
  text << head;
  return text.str();
}

}  // namespace

bool is_public_address(const std::string& address) { return is_public(asio::ip::make_address(address)); }

std::string Destination::text() const { return fmt::format("{}:{}", host, port); }

Destination Destination::from_text(std::string_view text) {
  const std::string what = fmt::format("\"{}\" is no destination: ", shown(text));
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || text.find(']', colon) != std::string_view::npos)
    throw bad_input(what + "the port is missing; HOST:PORT is expected, for example \"api.example.com:443\"");
  Destination destination{lower(text.substr(0, colon)), 0};
  const std::string_view digits = text.substr(colon + 1);
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), destination.port);
  if (failure != std::errc() || end != digits.data() + digits.size() || destination.port == 0 ||
      destination.text() != lower(text))
    throw bad_input(what + "the port must be a number in 1 ... 65535");
  const std::string& host = destination.host;
  if (host.starts_with('[')) {
    error_code failed;
    if (host.ends_with(']')) asio::ip::make_address_v6(without_brackets(host), failed);
    if (failed || !host.ends_with(']')) throw bad_input(what + "an IPv6 address in brackets is expected");
    return destination;
  }
  const auto is_of_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  };
  if (host.empty() || host.size() > 253 || !std::ranges::all_of(host, is_of_name) || host.front() == '.' ||
      host.front() == '-')
    throw bad_input(what + "a host name is expected before the port, without scheme, path or wildcard");
  return destination;
}

class EgressProxy::Server {
 public:
  Server(const std::vector<Destination>& destinations, Refused refused) : refused_(std::move(refused)) {
    for (const Destination& destination : destinations) gates_.push_back(gate_to(destination));
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
      throw infrastructure(std::string("a socket cannot be made: ") + std::strerror(errno));
    sandbox_end_ = Descriptor{ends[0]};
    handover_.assign(asio::local::stream_protocol(), ends[1]);
    handover_.async_wait(handover_.wait_read, [this](const error_code& failure) {
      if (!failure) take_over();
    });
    thread_ = std::jthread([this] { io_.run(); });
  }
  ~Server() {
    io_.stop();
    thread_.join();
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] int sandbox_end() const { return sandbox_end_.get(); }
  [[nodiscard]] Json traffic() const {
    const std::scoped_lock lock(mutex_);
    Json destinations = Json::array();
    for (const Gate& gate : gates_) {
      destinations.push_back({{"destination", gate.text},
                              {"connections", gate.connections},
                              {"sent", gate.sent},
                              {"received", gate.received}});
    }
    return {{"destinations", std::move(destinations)}, {"refused", refusals_}};
  }

 private:
  class Connection;

  Gate gate_to(const Destination& destination) {
    tcp::resolver resolver(io_);
    error_code failure;
    const auto found = resolver.resolve(without_brackets(destination.host), std::to_string(destination.port),
                                        tcp::resolver::numeric_service, failure);
    if (failure)
      throw bad_input(
          fmt::format("the host of `network` entry \"{}\" cannot be resolved: {}; mend the entry in the "
                      "agent's file, or the network of this machine",
                      destination.text(), failure.message()));
    Gate gate{destination, destination.text(), {}};
    for (const auto& entry : found) gate.at_start.push_back(entry.endpoint().address());
    return gate;
  }

  /// The sandbox's listening socket.
  void take_over() {
    char byte = 0;
    iovec data{&byte, 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t count = ::recvmsg(handover_.native_handle(), &message, MSG_CMSG_CLOEXEC);
    const cmsghdr* header = count == 1 ? CMSG_FIRSTHDR(&message) : nullptr;
    handover_.close();
    if (header == nullptr || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(sizeof(int)))
      return;  // the sandbox did not start
    int listener = -1;
    std::memcpy(&listener, CMSG_DATA(header), sizeof listener);
    acceptor_.assign(tcp::v4(), listener);
    accept_next();
  }

  void accept_next();

  Gate* gate_named(const std::string& destination) {
    for (Gate& gate : gates_) {
      if (gate.text == destination) return &gate;
    }
    return nullptr;
  }

  void report(const std::string& destination, const std::string& why) {
    {
      const std::scoped_lock lock(mutex_);
      ++refusals_;
    }
    if (reported_.size() >= max_reported || !reported_.insert(destination).second) return;
    try {
      refused_(destination, why);
      // NOLINTNEXTLINE(bugprone-empty-catch): a log that cannot be written ends the trial at its next step
    } catch (const std::exception&) {
    }
  }

  Refused refused_;
  mutable std::mutex mutex_;  // guards the counts, which other threads may ask for
  std::vector<Gate> gates_;
  std::uint64_t refusals_ = 0;
  std::set<std::string> reported_;
  int connections_ = 0;
  Descriptor sandbox_end_;
  asio::io_context io_{1};  // after what its handlers use, for they go with it
  asio::local::stream_protocol::socket handover_{io_};
  tcp::acceptor acceptor_{io_};
  asio::steady_timer pause_{io_};
  std::jthread thread_;
};

/// One client, from its request to the end of what it was granted. Lives in its handlers.
class EgressProxy::Server::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Server& server, tcp::socket client)
      : server_(server),
        client_(std::move(client)),
        host_(server.io_),
        resolver_(server.io_),
        alarm_(server.io_) {
    ++server_.connections_;
  }
  ~Connection() { --server_.connections_; }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void begin() {
    within(head_patience);
    if (server_.connections_ > max_connections) {
      return refuse(503, fmt::format("{} connections are open, and more are not granted", max_connections));
    }
    parser_.header_limit(max_head_bytes);
    parser_.body_limit(std::numeric_limits<std::uint64_t>::max());
    http::async_read_header(
        client_, head_, parser_, [self = shared_from_this()](error_code failure, std::size_t) {
          if (failure == http::error::end_of_stream || failure == asio::error::operation_aborted)
            return self->end();
          if (failure) return self->refuse(400, "this is no HTTP request: " + failure.message());
          self->decide();
        });
  }

 private:
  void decide() {
    const auto wish = wish_of(parser_.get().base());
    if (!wish) return refuse(400, "CONNECT HOST:PORT or a target that begins with http:// is expected");
    gate_ = server_.gate_named(wish->destination);
    if (gate_ == nullptr) return forbid(wish->destination, "not a listed destination");
    if (!wish->path.empty()) first_ = forwarded(parser_.release().base(), *wish);
    within(head_patience);
    resolver_.async_resolve(
        without_brackets(gate_->destination.host), std::to_string(gate_->destination.port),
        tcp::resolver::numeric_service,
        [self = shared_from_this()](error_code failure, const tcp::resolver::results_type& found) {
          self->connect(failure, found);
        });
  }

  void connect(error_code failure, const tcp::resolver::results_type& found) {
    if (failure) return refuse(502, gate_->text + " cannot be resolved: " + failure.message());
    std::vector<tcp::endpoint> endpoints;
    for (const auto& entry : found) {
      if (gate_->admits(entry.endpoint().address())) endpoints.push_back(entry.endpoint());
    }
    if (endpoints.empty())
      return forbid(gate_->text, "resolves to an address of this machine or its surroundings");
    endpoints_ = std::move(endpoints);
    asio::async_connect(
        host_, endpoints_, [self = shared_from_this()](error_code broken, const tcp::endpoint&) {
          if (broken == asio::error::operation_aborted) return self->end();
          if (broken) return self->refuse(502, self->gate_->text + " cannot be reached: " + broken.message());
          self->grant();
        });
  }

  void grant() {
    const bool tunnel = first_.empty();
    // What the client sent behind its request is for the host.
    const auto rest = head_.data();
    first_.append(static_cast<const char*>(rest.data()), rest.size());
    {
      const std::scoped_lock lock(server_.mutex_);
      ++gate_->connections;
      gate_->sent += first_.size();
    }
    within(idle_patience);
    asio::async_write(
        host_, asio::buffer(first_), [self = shared_from_this(), tunnel](error_code failure, std::size_t) {
          if (failure) return self->end();
          self->answer_ = tunnel ? "HTTP/1.1 200 Connection established\r\n\r\n" : "";
          asio::async_write(self->client_, asio::buffer(self->answer_),
                            [self](error_code broken, std::size_t) {
                              if (broken) return self->end();
                              self->pump(self->client_, self->host_, self->upward_, self->gate_->sent);
                              self->pump(self->host_, self->client_, self->downward_, self->gate_->received);
                            });
        });
  }

  using Chunk = std::array<char, 16384>;

  void pump(tcp::socket& from, tcp::socket& to, Chunk& chunk, std::uint64_t& count) {
    from.async_read_some(asio::buffer(chunk), [self = shared_from_this(), &from, &to, &chunk, &count](
                                                  error_code failure, std::size_t size) {
      if (failure == asio::error::eof) {
        ::shutdown(to.native_handle(), SHUT_WR);
        // The other direction may still have something to say; both being done ends the connection.
        if (std::exchange(self->half_closed_, true)) self->end();
        return;
      }
      if (failure) return self->end();
      self->within(idle_patience);
      {
        const std::scoped_lock lock(self->server_.mutex_);
        count += size;
      }
      asio::async_write(to, asio::buffer(chunk, size),
                        [self, &from, &to, &chunk, &count](error_code broken, std::size_t) {
                          if (broken) return self->end();
                          self->pump(from, to, chunk, count);
                        });
    });
  }

  void forbid(const std::string& destination, const std::string& why) {
    server_.report(shown(destination), why);
    std::string allowed;
    for (const Gate& gate : server_.gates_) allowed += (allowed.empty() ? "" : ", ") + gate.text;
    refuse(403, fmt::format("{}: {}; there are: {}", shown(destination), why, allowed));
  }

  void refuse(unsigned status, const std::string& why) {
    const std::string body = "mls: refused: " + why + "\n";
    answer_ = fmt::format(
        "HTTP/1.1 {} {}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
        status, std::string(http::obsolete_reason(http::int_to_status(status))), body.size(), body);
    within(goodbye_patience);
    asio::async_write(client_, asio::buffer(answer_),
                      [self = shared_from_this()](error_code failure, std::size_t) {
                        if (failure) return self->end();
                        ::shutdown(self->client_.native_handle(), SHUT_WR);
                        self->drain();
                      });
  }

  /// Closing with something unread would take the answer away from the client.
  void drain() {
    client_.async_read_some(asio::buffer(upward_),
                            [self = shared_from_this()](error_code failure, std::size_t) {
                              failure ? self->end() : self->drain();
                            });
  }

  void within(std::chrono::steady_clock::duration patience) {
    alarm_.expires_after(patience);
    alarm_.async_wait([self = weak_from_this()](const error_code& failure) {
      const auto connection = failure ? nullptr : self.lock();
      if (connection) connection->end();
    });
  }

  /// Handlers that wait fail now, and go.
  void end() {
    close(client_);
    close(host_);
    resolver_.cancel();
    alarm_.cancel();
  }

  Server& server_;
  tcp::socket client_;
  tcp::socket host_;
  tcp::resolver resolver_;
  asio::steady_timer alarm_;
  boost::beast::flat_buffer head_{max_head_bytes + (16 << 10)};
  http::request_parser<http::empty_body> parser_;
  Gate* gate_ = nullptr;
  std::vector<tcp::endpoint> endpoints_;
  std::string first_;   // what the host gets first
  std::string answer_;  // what the client gets first
  Chunk upward_{};
  Chunk downward_{};
  bool half_closed_ = false;
};

void EgressProxy::Server::accept_next() {
  acceptor_.async_accept([this](const error_code& failure, tcp::socket client) {
    if (!failure) {
      std::make_shared<Connection>(*this, std::move(client))->begin();
      return accept_next();
    }
    pause_.expires_after(accept_pause);
    pause_.async_wait([this](const error_code& stopped) {
      if (!stopped) accept_next();
    });
  });
}

EgressProxy::EgressProxy(const std::vector<Destination>& destinations, Refused refused)
    : server_(std::make_unique<Server>(destinations, std::move(refused))) {}
EgressProxy::~EgressProxy() = default;
int EgressProxy::sandbox_end() const { return server_->sandbox_end(); }
Json EgressProxy::traffic() const { return server_->traffic(); }

}  // namespace mls::trial
