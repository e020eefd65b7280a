// Protocol `decide`, judge's side: the judge shows one situation after the other, the host answers each with
// whole numbers (a placement, what to evict, the edges of a graph), and the judge lets them act on what the
// host has not seen. Host's side: host/decide.hpp.
//
// On the wire, for every situation: the judge sends `situation` with fields of the task's choice; the host
// replies `decision` with one tensor `choice` i32 [count]. After the last one the judge sends `end`; the host
// replies `ended`.
//
// Time to decide is limited by the run's limits on CPU and waiting time, which hold for all decisions
// together: a limit for each would be measured in microseconds, and be decided by whatever else the machine
// does.
#pragma once

#include <cstdint>
#include <span>

#include "judge/task.hpp"

namespace mls::judge {

/// A stream of situations. Everything that the decisions are judged by stays here.
class Decisions {
 public:
  virtual ~Decisions() = default;
  /// Adds to `situation` what the host may know; false, adding nothing, when there is nothing left to decide.
  /// Tensors added as views must live until apply.
  virtual bool present(Message& situation) = 0;
  /// How many numbers the situation presented last asks for.
  [[nodiscard]] virtual std::int64_t count() const = 0;
  /// Each is one of 0 ... options() - 1.
  [[nodiscard]] virtual std::int32_t options() const = 0;
  /// Takes count() numbers in range. Throws invalid_output for what the numbers together must not be, naming
  /// what was found and what was expected.
  virtual void apply(std::span<const std::int32_t> choice) = 0;
};

/// Asks until nothing is left to decide. A number out of range is invalid_output and names situation, place,
/// value and range.
void decide(HostLink& host, Decisions& decisions);

}  // namespace mls::judge
