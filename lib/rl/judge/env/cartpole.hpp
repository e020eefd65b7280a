// Balancing a pole on a cart. Barto, Sutton & Anderson 1983; constants, limits and reward of the well-known
// benchmark version with 500 steps.
#pragma once

#include <array>
#include <span>

#include "core/rng.hpp"
#include "lib/rl/judge/env/outcome.hpp"

namespace mls::rl {

struct CartPole {
  static constexpr int observations =
      4;                             ///< position / 2.4, velocity / 2, angle / .2 (0 = upright), spin / 2
  static constexpr int actions = 2;  ///< push left, push right
  static constexpr int limit = 500;  ///< steps of an episode

  std::array<double, 4> state{};

  void reset(Rng& rng);
  /// Reward 1; ends when the cart leaves +-2.4 or the pole +-12 degrees.
  Outcome step(int action, Rng& rng);
  void observe(std::span<float> out) const;
};

}  // namespace mls::rl
