// DPM-Solver++(2M). Lu, Zhou, Bao, Chen, Li & Zhu, "DPM-Solver++: fast solver for guided sampling of
// diffusion probabilistic models", 2022, algorithm 2: the denoised image is extrapolated along lambda = -log
// sigma from the last two calls. Uniform in lambda. The last step, to sigma = 0, is of first order as in the
// authors' code for few steps; that is the last call's denoised image.
#include <cmath>

#include "surface.hpp"

namespace sampling {

Matrix sample(Denoiser& denoiser, const Matrix& start, mls::Rng&) {
  const auto grid =
      mls::diffusion::log_snr_grid(denoiser.sigma_max(), denoiser.sigma_min(), denoiser.calls_left());
  Matrix x = start;
  Matrix previous;
  for (std::size_t i = 0; i + 1 < grid.size(); ++i) {
    const Matrix denoised = denoiser.denoise(x, grid[i]);
    Matrix aim = denoised;
    if (i > 0) {
      const double ratio = std::log(grid[i - 1] / grid[i]) / std::log(grid[i] / grid[i + 1]);
      aim += (denoised - previous) / (2 * ratio);
    }
    x = aim + grid[i + 1] / grid[i] * (x - aim);
    previous = denoised;
  }
  return denoiser.denoise(x, grid.back());
}

}  // namespace sampling
