#include "trial/line_channel.hpp"

#include <limits.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "core/error.hpp"

namespace mls::trial {
namespace {

int milliseconds_until(std::optional<LineChannel::Time> until) {
  if (!until) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, 3'600'000));
}

void raise(const sandbox::Descriptor& event) {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(event.get(), &one, sizeof one);
}

}  // namespace

LineChannel::LineChannel(int in, int out)
    : in_(in),
      out_(out),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      hang_up_(::eventfd(0, EFD_CLOEXEC)) {
  if (!wake_.open() || !hang_up_.open()) throw infrastructure("an event cannot be made");
}

void LineChannel::wake() const { raise(wake_); }

void LineChannel::hang_up() const { raise(hang_up_); }

std::optional<LineChannel::Event> LineChannel::buffered() {
  for (std::size_t end = pending_.find('\n'); end != std::string::npos; end = pending_.find('\n')) {
    line_ = pending_.substr(0, end);
    pending_.erase(0, end + 1);
    if (skipping_ || line_.size() > max_line_bytes) {
      skipping_ = false;
      return Event::too_long;
    }
    if (line_.ends_with('\r')) line_.pop_back();
    if (!line_.empty()) return Event::line;
  }
  if (pending_.size() > max_line_bytes) skipping_ = true;
  if (skipping_) pending_.clear();
  return std::nullopt;
}

bool LineChannel::read_more() {
  std::array<char, 65536> chunk{};
  const ssize_t count = ::read(in_, chunk.data(), chunk.size());
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  pending_.append(chunk.data(), static_cast<std::size_t>(count));
  return count > 0;
}

LineChannel::Event LineChannel::wait(std::optional<Time> until) {
  while (!closed_) {
    if (const auto event = buffered()) return *event;
    std::array<pollfd, 3> watched{{{in_, POLLIN, 0}, {wake_.get(), POLLIN, 0}, {hang_up_.get(), POLLIN, 0}}};
    const int ready = ::poll(watched.data(), watched.size(), milliseconds_until(until));
    if (ready < 0 && errno != EINTR) break;
    if (ready == 0) return Event::late;
    if (ready < 0) continue;
    if (watched[2].revents != 0) break;
    if (watched[1].revents != 0) {
      std::uint64_t times = 0;
      [[maybe_unused]] const auto count = ::read(wake_.get(), &times, sizeof times);
      return Event::woken;
    }
    closed_ = !read_more();
  }
  closed_ = true;
  return Event::closed;
}

void LineChannel::write(std::string_view line) {
  std::string bytes(line);
  bytes += '\n';
  for (std::string_view rest = bytes; !rest.empty() && !closed_;) {
    std::array<pollfd, 2> watched{{{out_, POLLOUT, 0}, {hang_up_.get(), POLLIN, 0}}};
    if (::poll(watched.data(), watched.size(), -1) < 0) {
      if (errno != EINTR) closed_ = true;
      continue;
    }
    if (watched[0].revents == 0) {
      closed_ = true;
      return;
    }
    // As much as a pipe takes without blocking once it is said to be writable.
    const ssize_t count = ::write(out_, rest.data(), std::min<std::size_t>(rest.size(), PIPE_BUF));
    if (count > 0) rest.remove_prefix(static_cast<std::size_t>(count));
    if (count < 0 && errno != EINTR && errno != EAGAIN) closed_ = true;
  }
}

}  // namespace mls::trial
