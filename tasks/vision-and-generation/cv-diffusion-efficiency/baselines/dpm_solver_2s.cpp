// DPM-Solver++(2S). Lu, Zhou, Bao, Chen, Li & Zhu, "DPM-Solver++: fast solver for guided sampling of
// diffusion probabilistic models", 2022, algorithm 1: each step of size h in lambda = -log sigma calls the
// denoiser at its beginning and at its middle (r = 1/2). Uniform in lambda. When an odd number of calls is
// left for the steps, the last one is of first order; the very last call denoises at sigma_min.
#include <cmath>

#include "surface.hpp"

namespace sampling {

Matrix sample(Denoiser& denoiser, const Matrix& start, mls::Rng&) {
  const int calls = denoiser.calls_left() - 1;
  const int steps = (calls + 1) / 2;
  const auto grid = mls::diffusion::log_snr_grid(denoiser.sigma_max(), denoiser.sigma_min(), steps + 1);
  Matrix x = start;
  for (int i = 0; i < steps; ++i) {
    Matrix denoised = denoiser.denoise(x, grid[i]);
    if (denoiser.calls_left() > 1) {
      const double middle = std::sqrt(grid[i] * grid[i + 1]);
      const Matrix half_way = denoised + middle / grid[i] * (x - denoised);
      denoised = denoiser.denoise(half_way, middle);
    }
    x = denoised + grid[i + 1] / grid[i] * (x - denoised);
  }
  return denoiser.denoise(x, grid.back());
}

}  // namespace sampling
