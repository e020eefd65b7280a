// DPM-Solver++(3M) SDE. Crowson, k-diffusion, 2023, after Lu et al. 2022: the multistep solver of third order
// for the reverse stochastic differential equation, with noise eta = 1.2 as in MLS-Bench (eta = 0 is the
// probability flow, 1 the equation of ancestral sampling). Exponential grid (log sigma uniform); the last
// call's denoised image is the sample.
#include <cmath>
#include <deque>

#include "surface.hpp"

namespace sampling {
namespace {

constexpr double eta = 1.2;

}  // namespace

Matrix sample(Denoiser& denoiser, const Matrix& start, mls::Rng& rng) {
  const auto grid =
      mls::diffusion::log_snr_grid(denoiser.sigma_max(), denoiser.sigma_min(), denoiser.calls_left());
  Matrix x = start;
  std::deque<Matrix> calls;   // denoised images, newest first
  std::deque<double> widths;  // of the steps between them
  for (std::size_t i = 0; i + 1 < grid.size(); ++i) {
    calls.push_front(denoiser.denoise(x, grid[i]));
    const double h = std::log(grid[i] / grid[i + 1]);
    const double decay = h * (eta + 1);
    const double phi_1 = -std::expm1(-decay);
    const double phi_2 = 1 - phi_1 / decay;
    const double phi_3 = phi_2 / decay - 0.5;
    x = std::exp(-decay) * x + phi_1 * calls[0];
    if (i == 1) {
      x += phi_2 * (h / widths[0]) * (calls[0] - calls[1]);
    } else if (i > 1) {
      const double ratio_0 = widths[0] / h;
      const double ratio_1 = widths[1] / h;
      const Matrix slope_0 = (calls[0] - calls[1]) / ratio_0;
      const Matrix slope_1 = (calls[1] - calls[2]) / ratio_1;
      const Matrix bend = (slope_0 - slope_1) / (ratio_0 + ratio_1);
      x += phi_2 * (slope_0 + ratio_0 * bend) - phi_3 * bend;
    }
    const double noise = grid[i + 1] * std::sqrt(-std::expm1(-2 * h * eta));
    for (double& value : x.reshaped<Eigen::RowMajor>()) value += noise * rng.normal();
    widths.push_front(h);
  }
  return denoiser.denoise(x, grid.back());
}

}  // namespace sampling
