// Swinging up a double pendulum by torque at its elbow. Sutton 1996; dynamics of Sutton & Barto, Runge-Kutta
// steps of 0.2 s, as in the well-known benchmark version.
#pragma once

#include <array>
#include <span>

#include "core/rng.hpp"
#include "lib/rl/judge/env/outcome.hpp"

namespace mls::rl {

struct Acrobot {
  static constexpr int observations = 6;  ///< cosine and sine of both angles, their velocities / 3 and / 6
  static constexpr int actions = 3;       ///< torque -1, 0, 1
  static constexpr int limit = 500;

  /// Angle of the first link (0 = hanging), of the second against the first, their velocities.
  std::array<double, 4> state{};

  void reset(Rng& rng);
  /// Reward -1, or 0 on the step at which the tip is one link above the pivot; this ends the episode.
  Outcome step(int action, Rng& rng);
  void observe(std::span<float> out) const;
};

}  // namespace mls::rl
