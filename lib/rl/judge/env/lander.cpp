#include "lib/rl/judge/env/lander.hpp"

#include <cmath>

namespace mls::rl {

void Lander::reset(Rng& rng) {
  x = rng.uniform(-0.5, 0.5);
  y = rng.uniform(1.2, 1.4);
  vx = rng.uniform(-0.3, 0.3);
  vy = rng.uniform(-0.3, 0.1);
  tilt = rng.uniform(-0.2, 0.2);
  spin = rng.uniform(-0.2, 0.2);
}

double Lander::potential() const {
  return -10 * std::hypot(x, y) - 5 * std::hypot(vx, vy) - 5 * std::abs(tilt);
}

Outcome Lander::step(int action, Rng& rng) {
  constexpr double gravity = 0.8;
  constexpr double thrust = 1.8;
  constexpr double torque = 2.5;
  constexpr double dt = 0.05;
  const double before = potential();
  const double strength = 1 + 0.05 * rng.normal();  // of whichever engine fires
  vy -= gravity * dt;
  double fuel = 0;
  if (action == 2) {
    vx -= thrust * strength * std::sin(tilt) * dt;
    vy += thrust * strength * std::cos(tilt) * dt;
    fuel = 0.03;
  } else if (action != 0) {
    spin += (action == 1 ? torque : -torque) * strength * dt;
    fuel = 0.003;
  }
  x += vx * dt;
  y += vy * dt;
  tilt += spin * dt;
  const double shaped = potential() - before - fuel;
  if (y <= 0) {
    const bool good = std::abs(x) < 0.25 && std::abs(vx) < 0.3 && vy > -0.4 && std::abs(tilt) < 0.3;
    return {.reward = shaped + (good ? 10 : -10), .terminated = true};
  }
  if (std::abs(x) > 1.5 || y > 2) return {.reward = shaped - 10, .terminated = true};
  return {.reward = shaped, .terminated = false};
}

void Lander::observe(std::span<float> out) const {
  out[0] = static_cast<float>(x);
  out[1] = static_cast<float>(y);
  out[2] = static_cast<float>(vx);
  out[3] = static_cast<float>(vy);
  out[4] = static_cast<float>(std::cos(tilt));
  out[5] = static_cast<float>(std::sin(tilt));
  out[6] = static_cast<float>(spin);
}

}  // namespace mls::rl
