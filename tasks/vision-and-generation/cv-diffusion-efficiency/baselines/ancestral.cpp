// Ancestral sampling. Ho, Jain & Abbeel, "Denoising diffusion probabilistic models", NeurIPS 2020, on a
// subset of noise levels (Song, Meng & Ermon 2021, eta = 1): each step goes down to the deviation of the
// posterior q(x_next | x, x0) and adds its noise. On the grid of Karras et al. 2022; the last call's denoised
// image is the sample.
#include <cmath>

#include "surface.hpp"

namespace sampling {

Matrix sample(Denoiser& denoiser, const Matrix& start, mls::Rng& rng) {
  const auto grid =
      mls::diffusion::karras_grid(denoiser.sigma_max(), denoiser.sigma_min(), denoiser.calls_left());
  Matrix x = start;
  for (std::size_t i = 0; i + 1 < grid.size(); ++i) {
    const Matrix denoised = denoiser.denoise(x, grid[i]);
    const double shrink = grid[i + 1] / grid[i];
    const double noise = grid[i + 1] * std::sqrt(1 - shrink * shrink);
    x = denoised + shrink * shrink * (x - denoised);
    for (double& value : x.reshaped<Eigen::RowMajor>()) value += noise * rng.normal();
  }
  return denoiser.denoise(x, grid.back());
}

}  // namespace sampling
