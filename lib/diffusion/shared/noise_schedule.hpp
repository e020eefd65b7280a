// How signal turns into noise over time t in [0, 1]: x_t = alpha x_0 + sigma n, n standard normal, with
// alpha^2 + sigma^2 = 1.
#pragma once

namespace mls::diffusion {

struct NoiseLevel {
  double alpha = 1;
  double sigma = 0;
};

/// alpha = cos(pi t / 2) (Nichol & Dhariwal 2021, without their offset, as in Salimans & Ho 2022).
[[nodiscard]] NoiseLevel cosine_schedule(double t);
/// When sigma / alpha has this value, >= 0; the schedule's inverse.
[[nodiscard]] double cosine_time(double ratio);

/// alpha^2 = product of 1 - beta, beta growing linearly from 1e-4 to 0.02 in 1,000 steps (Ho, Jain & Abbeel
/// 2020), in the limit of many steps (Song et al. 2021): alpha = exp(-t^2 (20 - 0.1) / 4 - t 0.1 / 2).
[[nodiscard]] NoiseLevel linear_schedule(double t);

}  // namespace mls::diffusion
