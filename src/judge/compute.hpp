// Protocol `compute`, judge's side: the method computes, the judge owns inputs, reference and clock. Host's
// side: host/compute.hpp.
//
// On the wire, for every call: the judge sends `inputs`, tensors of i32 that are the bits of f32 numbers,
// the n-th of them under stream n of a key (core/keystream.hpp); the host replies `ready`.
// Then the judge sends `go` with `key` u8 [32]; the host replies `output`. After the last call the judge
// sends `end`, the host replies `ended`.
//
// What is timed is the time from `go` until the last byte of the output has arrived: opening the inputs,
// computing, sending the output: the CPU time that the host uses meanwhile, read by the judge from the kernel
// (host_clock.hpp). So nothing can be done outside of it: before `go` the inputs are noise, and
// what is not computed when the output is sent is not in it. Inputs travel beforehand because large messages
// between two processes on one core are slow and, on a busy machine, noisy. The reference is timed for
// opening the same inputs and computing, by the CPU clock of the
// judge's own thread. CPU time, unlike wall time, hardly depends on what else the machine does, and a method
// that computes while it should wait slows nobody but itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "core/keystream.hpp"
#include "judge/host_clock.hpp"
#include "judge/task.hpp"

namespace mls::judge {

/// The timed calls of one run, one after the other: deliver, then reference (or not) and go in any order.
class TimedCalls {
 public:
  /// `keys` draws one key for each call; nothing else may be drawn from it.
  TimedCalls(HostLink& host, const Rng& keys, HostClock clock = host_clock())
      : host_(host), keys_(keys), clock_(std::move(clock)) {}

  /// Sends f32 tensors (std::logic_error for others: a bug of the task), sealed, and waits until they have
  /// arrived. Every call needs inputs of its own: a repeated one could be answered from memory.
  void deliver(const Message& inputs);

  /// CPU seconds in which the judge opens the inputs delivered last and runs `compute` on its own copy of
  /// them.
  [[nodiscard]] double time_reference(const std::function<void()>& compute) const;

  struct Answer {
    const Message& output;  ///< unchecked; valid until the next call of a member function
    double seconds;         ///< CPU time of the host
  };
  /// Reveals the inputs delivered last. std::logic_error when that was done already.
  Answer go();

  void end();

 private:
  HostLink& host_;
  Rng keys_;
  HostClock clock_;
  StreamKey key_{};
  std::vector<std::vector<std::uint32_t>> sealed_;
  bool delivered_ = false;
};

/// Seconds that a call takes when nothing disturbs it: the mean of the fastest quarter (at least one) of
/// `seconds`, of which there must be one or more. What else runs on the machine only ever adds time (lost
/// caches, a shared core's other half), and not to all calls alike.
[[nodiscard]] double undisturbed(std::vector<double> seconds);

}  // namespace mls::judge
