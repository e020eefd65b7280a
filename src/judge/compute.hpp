// Protocol `compute`, judge's side: the method computes, the judge owns inputs, reference and clock. Host's
// side: host/compute.hpp.
//
// On the wire, for every call: the judge sends `inputs`, tensors of i32 that are the bits of f32 numbers,
// the n-th of them under stream n of a key (core/keystream.hpp); the host replies `ready`.
// Then the judge sends `go` with `key` u8 [32]; the host replies `output`. After the last call the judge
// sends `end`, the host replies `ended`.
//
// What is timed is the time from `go` until the last byte of the output has arrived: opening the inputs,
// computing, sending the output. So nothing can be done outside of it: before `go` the inputs are noise, and
// what is not computed when the output is sent is not in it. Inputs travel beforehand because large messages
// between two processes on one core are slow and, on a busy machine, noisy. The reference is timed for
// opening the same inputs and computing. Host and judge share a core, so a method that computes while it
// should wait only takes time from the judge; the reference is therefore timed by the CPU clock of the
// judge's own thread, which such a method cannot move, and the host by the judge's wall clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/keystream.hpp"
#include "judge/task.hpp"

namespace mls::judge {

/// The timed calls of one run, one after the other: deliver, then reference (or not) and go in any order.
class TimedCalls {
 public:
  /// `keys` draws one key for each call; nothing else may be drawn from it.
  TimedCalls(HostLink& host, const Rng& keys) : host_(host), keys_(keys) {}

  /// Sends f32 tensors (std::logic_error for others: a bug of the task), sealed, and waits until they have
  /// arrived. Every call needs inputs of its own: a repeated one could be answered from memory.
  void deliver(const Message& inputs);

  /// CPU seconds in which the judge opens the inputs delivered last and runs `compute` on its own copy of
  /// them.
  [[nodiscard]] double time_reference(const std::function<void()>& compute) const;

  struct Answer {
    const Message& output;  ///< unchecked; valid until the next call of a member function
    double seconds;
  };
  /// Reveals the inputs delivered last. std::logic_error when that was done already.
  Answer go();

  void end();

 private:
  HostLink& host_;
  Rng keys_;
  StreamKey key_{};
  std::vector<std::vector<std::uint32_t>> sealed_;
  bool delivered_ = false;
};

/// Seconds that a call takes when nothing disturbs it: the mean of the fastest quarter (at least one) of
/// `seconds`, of which there must be one or more. Load on the machine only ever adds time, most of it to some
/// of the calls.
[[nodiscard]] double undisturbed(std::vector<double> seconds);

}  // namespace mls::judge
