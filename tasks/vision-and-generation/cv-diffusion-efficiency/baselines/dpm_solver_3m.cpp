// DPM-Solver++(3M). Lu, Zhou, Bao, Chen, Li & Zhu, "DPM-Solver++: fast solver for guided sampling of
// diffusion probabilistic models", 2022: the multistep solver of third order of the authors' code, which
// gives the second derivative half the weight of the Taylor expansion. The denoised image is extrapolated
// along lambda = -log sigma from the last three calls. Uniform in lambda. Orders 1, 2, 3, ..., 3, 2, 1, as in
// that code for few steps; the last step, to sigma = 0, is the last call's denoised image.
#include <algorithm>
#include <cmath>
#include <deque>

#include "surface.hpp"

namespace sampling {
namespace {

/// One step from sigma to next. `calls` holds the latest denoised images and `lambdas` where they were made,
/// newest first; the first `order` of them are used.
Matrix stepped(const Matrix& x, double sigma, double next, const std::deque<Matrix>& calls,
               const std::deque<double>& lambdas, int order) {
  const double h = std::log(sigma / next);
  const double phi_1 = std::expm1(-h);
  Matrix result = next / sigma * x - phi_1 * calls[0];
  if (order == 1) return result;
  const double ratio_0 = (lambdas[0] - lambdas[1]) / h;
  const Matrix slope_0 = (calls[0] - calls[1]) / ratio_0;
  if (order == 2) return result - phi_1 / 2 * slope_0;
  const double ratio_1 = (lambdas[1] - lambdas[2]) / h;
  const Matrix slope_1 = (calls[1] - calls[2]) / ratio_1;
  const Matrix bend = (slope_0 - slope_1) / (ratio_0 + ratio_1);
  const double phi_2 = phi_1 / h + 1;
  const double phi_3 = phi_2 / h - 0.5;
  result += phi_2 * (slope_0 + ratio_0 * bend) - phi_3 * bend;
  return result;
}

}  // namespace

Matrix sample(Denoiser& denoiser, const Matrix& start, mls::Rng&) {
  const int points = denoiser.calls_left();
  const auto grid = mls::diffusion::log_snr_grid(denoiser.sigma_max(), denoiser.sigma_min(), points);
  Matrix x = start;
  std::deque<Matrix> calls;
  std::deque<double> lambdas;
  for (int i = 0; i + 1 < points; ++i) {
    calls.push_front(denoiser.denoise(x, grid[i]));
    lambdas.push_front(-std::log(grid[i]));
    const int order = std::min({3, i + 1, points - i});
    x = stepped(x, grid[i], grid[i + 1], calls, lambdas, order);
  }
  return denoiser.denoise(x, grid.back());
}

}  // namespace sampling
