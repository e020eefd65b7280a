// Messages over one end of a connected stream socket.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "core/message.hpp"

namespace mls {

/// The other side closed its end (it exited, crashed or was killed).
class ChannelClosed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The time allowed for waiting on the other side is used up.
class ChannelTimeout : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Blocking, one message at a time, one thread. Owns the descriptor.
class Channel {
 public:
  struct Options {
    std::size_t max_payload = std::size_t{256}
                              << 20;  ///< larger announced payloads are a ProtocolError, unread
    /// What the other side may send in all, else receive throws ProtocolError: no honest conversation comes
    /// near it, and whoever is flooded would be busy for as long as the flood lasts.
    std::int64_t max_messages = 2'000'000;
    std::uint64_t max_bytes = std::uint64_t{16} << 30;
    double wait_budget_s = 0;  ///< total time send and receive may block; 0 = no limit
    double waited_s = 0;       ///< of it used up beforehand
  };

  Channel(int fd, Options options);
  ~Channel();
  Channel(Channel&& other) noexcept;
  Channel& operator=(Channel&&) = delete;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// Throws ChannelClosed, ChannelTimeout.
  void send(const Message& message);
  /// The message and its tensors stay valid until the next receive. Throws ChannelClosed, ChannelTimeout,
  /// ProtocolError.
  const Message& receive();

  /// Seconds spent blocked on the other side so far.
  [[nodiscard]] double waited_s() const { return waited_s_; }

 private:
  void read_exactly(std::byte* target, std::size_t count);
  void wait_until_writable();
  void check_budget(double waiting_s) const;
  void count(const FrameSizes& sizes);

  int fd_;
  Options options_;
  double waited_s_;
  std::int64_t messages_ = 0;
  std::uint64_t bytes_ = 0;
  std::vector<std::byte> header_;
  std::vector<std::uint64_t> payload_;
  std::vector<std::byte> ahead_;  // bytes read beyond what was asked for
  std::size_t ahead_begin_ = 0;
  std::size_t ahead_end_ = 0;
  Message received_;
  std::vector<std::byte> outgoing_;
};

}  // namespace mls
