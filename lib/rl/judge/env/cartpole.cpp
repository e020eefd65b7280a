#include "lib/rl/judge/env/cartpole.hpp"

#include <cmath>
#include <numbers>

namespace mls::rl {

void CartPole::reset(Rng& rng) {
  for (double& s : state) s = rng.uniform(-0.05, 0.05);
}

Outcome CartPole::step(int action, Rng&) {
  constexpr double gravity = 9.8;
  constexpr double pole_mass = 0.1;
  constexpr double total_mass = 1.1;
  constexpr double half_length = 0.5;
  constexpr double dt = 0.02;
  constexpr double widest_angle = 12 * std::numbers::pi / 180;
  auto& [x, v, angle, spin] = state;
  const double force = action == 1 ? 10 : -10;
  const double sine = std::sin(angle);
  const double cosine = std::cos(angle);
  const double push = (force + pole_mass * half_length * spin * spin * sine) / total_mass;
  const double turn = (gravity * sine - cosine * push) /
                      (half_length * (4.0 / 3.0 - pole_mass * cosine * cosine / total_mass));
  const double pull = push - pole_mass * half_length * turn * cosine / total_mass;
  x += dt * v;
  v += dt * pull;
  angle += dt * spin;
  spin += dt * turn;
  return {.reward = 1, .terminated = std::abs(x) > 2.4 || std::abs(angle) > widest_angle};
}

void CartPole::observe(std::span<float> out) const {
  constexpr std::array<double, 4> scale{2.4, 2, 0.2, 2};
  for (std::size_t i = 0; i < state.size(); ++i) out[i] = static_cast<float>(state[i] / scale[i]);
}

}  // namespace mls::rl
