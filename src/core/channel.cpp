#include "core/channel.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <utility>

namespace mls {
namespace {

constexpr std::size_t read_ahead_bytes = std::size_t{64} * 1024;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string reason() { return std::strerror(errno); }

/// Milliseconds after which a wait is interrupted to look at the budget.
int slice_of(const Channel::Options& options) {
  return static_cast<int>(std::ceil(std::clamp(options.wait_budget_s / 4, 0.001, 0.1) * 1000));
}

}  // namespace

Channel::Channel(int fd, Options options)
    : fd_(fd), options_(options), waited_s_(options.waited_s), ahead_(read_ahead_bytes) {
  if (options_.wait_budget_s <= 0) return;
  // One blocking call a message is all that a quick conversation pays for its time limit.
  const int slice_ms = slice_of(options_);
  const timeval slice{slice_ms / 1000, slice_ms % 1000 * 1000L};
  if (::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &slice, sizeof slice) != 0) {
    throw ChannelClosed("cannot limit the time of waiting: " + reason());
  }
}

Channel::~Channel() {
  if (fd_ >= 0) ::close(fd_);
}

Channel::Channel(Channel&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      options_(other.options_),
      waited_s_(other.waited_s_),
      messages_(other.messages_),
      bytes_(other.bytes_),
      header_(std::move(other.header_)),
      payload_(std::move(other.payload_)),
      ahead_(std::move(other.ahead_)),
      ahead_begin_(std::exchange(other.ahead_begin_, 0)),
      ahead_end_(std::exchange(other.ahead_end_, 0)),
      received_(std::move(other.received_)),
      outgoing_(std::move(other.outgoing_)) {}

void Channel::check_budget(double waiting_s) const {
  if (options_.wait_budget_s > 0 && waited_s_ + waiting_s >= options_.wait_budget_s) {
    throw ChannelTimeout("waited " + std::to_string(options_.wait_budget_s) + " s in all for the other side");
  }
}

void Channel::wait_until_writable() {
  const auto start = std::chrono::steady_clock::now();
  pollfd poll_set{fd_, POLLOUT, 0};
  while (true) {
    check_budget(seconds_since(start));
    const int ready = ::poll(&poll_set, 1, options_.wait_budget_s > 0 ? slice_of(options_) : -1);
    if (ready > 0) break;
    if (ready < 0 && errno != EINTR) throw ChannelClosed("cannot wait for the other side: " + reason());
  }
  waited_s_ += seconds_since(start);
}

void Channel::send(const Message& message) {
  encode_header(message, outgoing_);
  static constexpr std::array<std::byte, 8> zeros{};
  std::array<iovec, 2 * 64 + 1> parts{};
  std::size_t count = 0;
  parts[count++] = {outgoing_.data(), outgoing_.size()};
  for (const TensorView& tensor : message.tensors()) {
    if (count + 2 > parts.size()) throw std::logic_error("a message holds more than 64 tensors");
    if (tensor.bytes.empty()) continue;
    parts[count++] = {const_cast<std::byte*>(tensor.bytes.data()), tensor.bytes.size()};
    const std::size_t padding = (8 - tensor.bytes.size() % 8) % 8;
    if (padding > 0) parts[count++] = {const_cast<std::byte*>(zeros.data()), padding};
  }
  std::size_t first = 0;
  while (first < count) {
    msghdr out{};
    out.msg_iov = &parts[first];
    out.msg_iovlen = count - first;
    const ssize_t sent = ::sendmsg(fd_, &out, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) {
        wait_until_writable();
        continue;
      }
      throw ChannelClosed("the other side is gone: " + reason());
    }
    auto left = static_cast<std::size_t>(sent);
    while (first < count && left >= parts[first].iov_len) left -= parts[first++].iov_len;
    if (first < count) {
      parts[first].iov_base = static_cast<char*>(parts[first].iov_base) + left;
      parts[first].iov_len -= left;
    }
  }
}

void Channel::read_exactly(std::byte* target, std::size_t count) {
  while (count > 0) {
    if (ahead_begin_ < ahead_end_) {
      const std::size_t taken = std::min(count, ahead_end_ - ahead_begin_);
      std::memcpy(target, ahead_.data() + ahead_begin_, taken);
      ahead_begin_ += taken;
      target += taken;
      count -= taken;
      continue;
    }
    // Large remainders go straight to their place, small ones through the read-ahead buffer.
    const bool direct = count >= read_ahead_bytes;
    std::byte* into = direct ? target : ahead_.data();
    const auto start = std::chrono::steady_clock::now();
    const ssize_t got = ::recv(fd_, into, direct ? count : ahead_.size(), 0);
    const int error = errno;
    waited_s_ += seconds_since(start);
    if (got == 0) throw ChannelClosed("the other side closed the connection");
    if (got < 0) {
      // A blocking receive returns empty-handed now and then, so that the budget can be looked at.
      if (error == EAGAIN || error == EWOULDBLOCK) check_budget(0);
      if (error == EAGAIN || error == EWOULDBLOCK || error == EINTR) continue;
      throw ChannelClosed(std::string("the other side is gone: ") + std::strerror(error));
    }
    if (direct) {
      target += got;
      count -= static_cast<std::size_t>(got);
    } else {
      ahead_begin_ = 0;
      ahead_end_ = static_cast<std::size_t>(got);
    }
  }
}

void Channel::count(const FrameSizes& sizes) {
  bytes_ += frame_prefix_bytes + sizes.total();
  if (++messages_ > options_.max_messages) {
    throw ProtocolError("more than " + std::to_string(options_.max_messages) +
                        " messages in one conversation");
  }
  if (bytes_ > options_.max_bytes) {
    throw ProtocolError("more than " + std::to_string(options_.max_bytes) + " bytes in one conversation");
  }
}

const Message& Channel::receive() {
  std::array<std::byte, frame_prefix_bytes> prefix{};
  read_exactly(prefix.data(), prefix.size());
  const FrameSizes sizes = decode_prefix(prefix, options_.max_payload);
  count(sizes);
  header_.resize(sizes.header);
  read_exactly(header_.data(), sizes.header);
  // Grows with what really arrives, so that an announced size alone costs no memory.
  constexpr std::size_t step = std::size_t{4} << 20;
  std::size_t filled = 0;
  while (filled < sizes.payload) {
    const std::size_t next = std::min(step, sizes.payload - filled);
    payload_.resize((filled + next) / 8);
    read_exactly(reinterpret_cast<std::byte*>(payload_.data()) + filled, next);
    filled += next;
  }
  payload_.resize(sizes.payload / 8);
  decode_frame(header_, std::as_bytes(std::span(payload_)), received_);
  return received_;
}

}  // namespace mls
