// Landing a rigid body on a pad with one main engine and two side thrusters that only turn it. Closed-form
// motion, no contact mechanics: touching the ground ends the episode. Shaped reward in the manner of the
// well-known lander, divided by ten.
#pragma once

#include <span>

#include "core/rng.hpp"
#include "lib/rl/judge/env/outcome.hpp"

namespace mls::rl {

struct Lander {
  static constexpr int observations = 7;  ///< x, y, their velocities, cosine and sine of the tilt, spin
  static constexpr int actions = 4;       ///< nothing, turn left, main engine, turn right
  static constexpr int limit = 300;

  double x = 0;
  double y = 0;
  double vx = 0;
  double vy = 0;
  double tilt = 0;  ///< 0 = upright
  double spin = 0;

  void reset(Rng& rng);
  /// Change of -(10 distance + 5 speed + 5 |tilt|), less .03 for the main engine and .003 for a thruster; +10
  /// for a soft touchdown near the pad, -10 for any other and for leaving the field.
  Outcome step(int action, Rng& rng);
  void observe(std::span<float> out) const;

 private:
  [[nodiscard]] double potential() const;
};

}  // namespace mls::rl
