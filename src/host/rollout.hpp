// Protocol `rollout`, host's side; the wire is described in judge/rollout.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "host/host.hpp"

namespace mls::host {

/// One step of all environments as the host sees it.
struct Observation {
  std::int64_t step;                   ///< 0, 1, ...
  std::span<const double> values;      ///< [count, size], row-major
  std::span<const double> rewards;     ///< [count], of the previous step; meaningless at step 0
  std::span<const std::uint8_t> done;  ///< [count], of the previous step
};

struct RolloutHandlers {
  /// Fills one action per environment.
  std::function<void(const Observation& seen, std::span<std::int32_t> actions)> act;
  /// Rewards and done flags of the last step; values is empty.
  std::function<void(const Observation& last)> end;
};

/// Plays with `count` environments until the judge ends the rollout.
void play(JudgeLink& judge, int count, const RolloutHandlers& handlers);

}  // namespace mls::host
