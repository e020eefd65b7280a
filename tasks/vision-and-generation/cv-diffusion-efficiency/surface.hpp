// What a method implements: a sampler that turns noise into samples with few calls of a denoiser. Read-only.
#pragma once

#include "core/rng.hpp"
#include "lib/diffusion/shared/matrix.hpp"
#include "lib/diffusion/shared/noise_grid.hpp"  // offered: the two customary grids of noise levels

namespace sampling {

using Matrix = mls::diffusion::Matrix;  // double, row-major; one sample a row

/// The denoiser of a diffusion model in which x = x0 + sigma n, n standard normal: D(x, sigma) = E[x0 | x],
/// or that with classifier-free guidance. The score is (D - x) / sigma^2, the predicted noise (x - D) /
/// sigma, and the probability flow dx / dsigma = (x - D) / sigma.
///
/// Every row has coordinates of its own: all of them are rotated, each in another way, and again in each
/// round. Rows are to be treated alike and separately; what holds for one row says nothing about another.
class Denoiser {
 public:
  virtual ~Denoiser() = default;
  /// Calls that can still be made.
  [[nodiscard]] virtual int calls_left() const = 0;
  [[nodiscard]] virtual double sigma_min() const = 0;
  [[nodiscard]] virtual double sigma_max() const = 0;
  /// D of all rows [n, d]. One call. `x` has the shape of the start and is finite (else
  /// std::invalid_argument), sigma is within [sigma_min, sigma_max] (else std::out_of_range), and a call is
  /// left (else std::length_error).
  virtual Matrix denoise(const Matrix& x, double sigma) = 0;
};

/// Returns samples [n, d], finite, of the distribution at sigma = 0. `start` [n, d] is sigma_max times
/// standard normal noise. `rng` is the only source of further randomness. Called once for each round.
Matrix sample(Denoiser& denoiser, const Matrix& start, mls::Rng& rng);

}  // namespace sampling
