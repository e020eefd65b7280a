// Lines from one descriptor and to another: the transport of a server that talks over its standard streams.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "sandbox/descriptor.hpp"

namespace mls::trial {

/// For one thread; others may only call wake() and hang_up().
class LineChannel {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::size_t max_line_bytes = std::size_t{1} << 20;

  enum class Event {
    line,      ///< line() is one
    too_long,  ///< one was longer than max_line_bytes and is skipped
    closed,    ///< there is nothing more, or the other side does not listen any more
    woken,
    late,  ///< the time has come
  };

  /// The descriptors must stay open. Throws infrastructure.
  LineChannel(int in, int out);

  /// Waits for what happens first. Empty lines are skipped.
  [[nodiscard]] Event wait(std::optional<Time> until);
  [[nodiscard]] const std::string& line() const { return line_; }

  /// Adds the newline. Gives up when the other side is gone.
  void write(std::string_view line);
  /// Has the wait under way, or the next one, return.
  void wake() const;
  /// From now on it is closed, also for a write under way.
  void hang_up() const;

 private:
  /// None when more must be read first.
  [[nodiscard]] std::optional<Event> buffered();
  /// False at the end.
  [[nodiscard]] bool read_more();

  int in_;
  int out_;
  sandbox::Descriptor wake_;
  sandbox::Descriptor hang_up_;  // becomes readable and stays so
  std::string pending_;
  std::string line_;
  bool skipping_ = false;  ///< the rest of a line that is too long
  bool closed_ = false;
};

}  // namespace mls::trial
