#include "lib/rl/judge/env/acrobot.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace mls::rl {
namespace {

constexpr double pi = std::numbers::pi;
using State = std::array<double, 4>;

/// Masses and lengths 1, centres of mass at .5, moments of inertia 1.
State slope(const State& s, double torque) {
  constexpr double g = 9.8;
  constexpr double half = 0.5;
  const auto [a1, a2, w1, w2] = s;
  const double d1 = half * half + (1 + half * half + 2 * half * std::cos(a2)) + 2;
  const double d2 = half * half + half * std::cos(a2) + 1;
  const double phi2 = half * g * std::cos(a1 + a2 - pi / 2);
  const double phi1 = -half * w2 * w2 * std::sin(a2) - 2 * half * w2 * w1 * std::sin(a2) +
                      (half + 1) * g * std::cos(a1 - pi / 2) + phi2;
  const double turn2 =
      (torque + d2 / d1 * phi1 - half * w1 * w1 * std::sin(a2) - phi2) / (half * half + 1 - d2 * d2 / d1);
  const double turn1 = -(d2 * turn2 + phi1) / d1;
  return {w1, w2, turn1, turn2};
}

State moved(const State& s, const State& by, double h) {
  State out;
  for (std::size_t i = 0; i < s.size(); ++i) out[i] = s[i] + h * by[i];
  return out;
}

State runge_kutta(const State& s, double torque, double dt) {
  const State k1 = slope(s, torque);
  const State k2 = slope(moved(s, k1, dt / 2), torque);
  const State k3 = slope(moved(s, k2, dt / 2), torque);
  const State k4 = slope(moved(s, k3, dt), torque);
  State out;
  for (std::size_t i = 0; i < s.size(); ++i) out[i] = s[i] + dt / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
  return out;
}

double wrapped(double angle) { return angle - 2 * pi * std::floor((angle + pi) / (2 * pi)); }

}  // namespace

void Acrobot::reset(Rng& rng) {
  for (double& s : state) s = rng.uniform(-0.1, 0.1);
}

Outcome Acrobot::step(int action, Rng&) {
  state = runge_kutta(state, action - 1, 0.2);
  state[0] = wrapped(state[0]);
  state[1] = wrapped(state[1]);
  state[2] = std::clamp(state[2], -4 * pi, 4 * pi);
  state[3] = std::clamp(state[3], -9 * pi, 9 * pi);
  const bool up = -std::cos(state[0]) - std::cos(state[0] + state[1]) > 1;
  return {.reward = up ? 0.0 : -1.0, .terminated = up};
}

void Acrobot::observe(std::span<float> out) const {
  out[0] = static_cast<float>(std::cos(state[0]));
  out[1] = static_cast<float>(std::sin(state[0]));
  out[2] = static_cast<float>(std::cos(state[1]));
  out[3] = static_cast<float>(std::sin(state[1]));
  out[4] = static_cast<float>(state[2] / 3);
  out[5] = static_cast<float>(state[3] / 6);
}

}  // namespace mls::rl
