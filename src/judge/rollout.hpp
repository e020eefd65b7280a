// Protocol `rollout`, judge's side: environments in lock-step, one message for all of them. Host's side:
// host/rollout.hpp.
//
// On the wire, for every step: the judge sends `observe` with `observation` f64 [count, size], `reward` f64
// [count] and `done` u8 [count] (both of the previous step; zeros at first); the host replies `act` with
// `action` i32 [count]. After the last step the judge sends `end` with the last `reward` and `done`; the host
// replies `ended`.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "judge/task.hpp"

namespace mls::judge {

/// `count` independent environments with discrete actions that advance together.
class Environments {
 public:
  virtual ~Environments() = default;
  [[nodiscard]] virtual int count() const = 0;
  [[nodiscard]] virtual int observation_size() const = 0;  ///< may be 0
  [[nodiscard]] virtual int action_count() const = 0;      ///< actions are 0 ... action_count() - 1
  /// What the host sees before it acts: [count, observation_size], row-major.
  virtual void observe(std::span<double> observations) = 0;
  /// Applies one action per environment. An environment that is done restarts by itself before the next
  /// observe.
  virtual void step(std::span<const std::int32_t> actions, std::span<double> rewards,
                    std::span<std::uint8_t> done) = 0;
};

/// Plays `steps` steps. An action out of range is invalid_output and names step, environment, value and
/// range.
void rollout(HostLink& host, Environments& environments, std::int64_t steps);

}  // namespace mls::judge
