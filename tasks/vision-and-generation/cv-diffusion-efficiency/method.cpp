// DDIM with eta = 0. Song, Meng & Ermon, "Denoising diffusion implicit models", ICLR 2021: Euler's method for
// the probability flow. On the grid of Karras et al. 2022; the last call's denoised image is the sample.
#include "surface.hpp"

namespace sampling {

Matrix sample(Denoiser& denoiser, const Matrix& start, mls::Rng&) {
  const auto grid =
      mls::diffusion::karras_grid(denoiser.sigma_max(), denoiser.sigma_min(), denoiser.calls_left());
  Matrix x = start;
  for (std::size_t i = 0; i + 1 < grid.size(); ++i) {
    const Matrix denoised = denoiser.denoise(x, grid[i]);
    x = denoised + grid[i + 1] / grid[i] * (x - denoised);
  }
  return denoiser.denoise(x, grid.back());
}

}  // namespace sampling
