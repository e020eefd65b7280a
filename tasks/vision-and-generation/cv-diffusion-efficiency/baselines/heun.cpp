// Heun's second-order method. Karras, Aittala, Aila & Laine, "Elucidating the design space of diffusion-based
// generative models", NeurIPS 2022, algorithm 1: an Euler step, corrected by the slope at its end; rho = 7.
// The last step, to sigma = 0, is Euler's. That takes an odd number of calls; when there is one more, the
// first step is Euler's too, so that it is not wasted.
#include "surface.hpp"

namespace sampling {

Matrix sample(Denoiser& denoiser, const Matrix& start, mls::Rng&) {
  const int calls = denoiser.calls_left();
  const int points = calls / 2 + 1;
  const bool spare = calls % 2 == 0;
  const auto grid = mls::diffusion::karras_grid(denoiser.sigma_max(), denoiser.sigma_min(), points);
  Matrix x = start;
  for (std::size_t i = 0; i + 1 < grid.size(); ++i) {
    const double step = grid[i + 1] - grid[i];
    const Matrix slope = (x - denoiser.denoise(x, grid[i])) / grid[i];
    const Matrix ahead = x + step * slope;
    if (i == 0 && spare) {
      x = ahead;
      continue;
    }
    const Matrix slope_ahead = (ahead - denoiser.denoise(ahead, grid[i + 1])) / grid[i + 1];
    x += step / 2 * (slope + slope_ahead);
  }
  return denoiser.denoise(x, grid.back());
}

}  // namespace sampling
