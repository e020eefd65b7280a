// Grids of noise levels that samplers walk down.
#pragma once

#include <vector>

namespace mls::diffusion {

/// Both ends and `points` levels in all, falling: sigma^(1/rho) is uniform (Karras, Aittala, Aila & Laine
/// 2022, equation 5). Requires points >= 2 and sigma_max > sigma_min > 0, else std::invalid_argument.
[[nodiscard]] std::vector<double> karras_grid(double sigma_max, double sigma_min, int points, double rho = 7);

/// The same with log sigma uniform, which is half the log signal-to-noise ratio with its sign changed (Lu et
/// al. 2022: "uniform in lambda").
[[nodiscard]] std::vector<double> log_snr_grid(double sigma_max, double sigma_min, int points);

}  // namespace mls::diffusion
