#include "lib/diffusion/shared/noise_schedule.hpp"

#include <cmath>
#include <numbers>

namespace mls::diffusion {
namespace {

constexpr double quarter_turn = std::numbers::pi / 2;
constexpr double first_rate = 0.1;
constexpr double last_rate = 20;

}  // namespace

NoiseLevel cosine_schedule(double t) { return {std::cos(quarter_turn * t), std::sin(quarter_turn * t)}; }

double cosine_time(double ratio) { return std::atan(ratio) / quarter_turn; }

NoiseLevel linear_schedule(double t) {
  const double log_alpha = -t * t * (last_rate - first_rate) / 4 - t * first_rate / 2;
  return {std::exp(log_alpha), std::sqrt(-std::expm1(2 * log_alpha))};
}

}  // namespace mls::diffusion
