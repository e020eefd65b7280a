// UniPC-2, variant B2(h). Zhao, Bai, Rao, Zhou & Lu, "UniPC: a unified predictor-corrector framework for fast
// sampling of diffusion models", NeurIPS 2023, data prediction: after each predictor step of order 2 the call
// at its end, which the next step needs anyway, also corrects the state to order 3. Uniform in lambda = -log
// sigma. As in the authors' code the last step is of first order and not corrected; the very last call
// denoises at sigma_min.
#include <cmath>

#include <Eigen/LU>

#include "surface.hpp"

namespace sampling {
namespace {

/// One step of size h in lambda from state x with the denoised image `here`; `before` was made `back` h
/// earlier.
struct Step {
  double h = 0;
  Matrix base;   ///< the first-order result
  Matrix slope;  ///< (before - here) / -back; of size 0 where there is no call before
  double back = 0;

  /// B(h) of variant B2, with h negative as the data prediction wants it.
  [[nodiscard]] double scale() const { return std::expm1(-h); }

  [[nodiscard]] Matrix predicted() const {
    if (slope.size() == 0) return base;
    return base - scale() * 0.5 * slope;
  }

  /// `change` is the denoised image at the predicted end minus `here`.
  [[nodiscard]] Matrix corrected(const Matrix& change) const {
    if (slope.size() == 0) return base - scale() * 0.5 * change;
    const double hh = -h;
    const double phi_2 = std::expm1(hh) / hh - 1;
    const double phi_3 = phi_2 / hh - 0.5;
    Eigen::Matrix2d matrix;
    matrix << 1, 1, -back, 1;
    const Eigen::Vector2d right(phi_2 / scale(), 2 * phi_3 / scale());
    const Eigen::Vector2d rho = matrix.inverse() * right;
    return base - scale() * (rho[0] * slope + rho[1] * change);
  }
};

}  // namespace

Matrix sample(Denoiser& denoiser, const Matrix& start, mls::Rng&) {
  const auto grid =
      mls::diffusion::log_snr_grid(denoiser.sigma_max(), denoiser.sigma_min(), denoiser.calls_left());
  Matrix x = start;
  Matrix here = denoiser.denoise(x, grid[0]);
  Matrix before;
  double last_h = 0;
  for (std::size_t i = 0; i + 1 < grid.size(); ++i) {
    Step step;
    step.h = std::log(grid[i] / grid[i + 1]);
    step.base = grid[i + 1] / grid[i] * x - std::expm1(-step.h) * here;
    if (i > 0) {
      step.back = last_h / step.h;
      step.slope = (before - here) / -step.back;
    }
    const Matrix there = denoiser.denoise(step.predicted(), grid[i + 1]);
    x = step.corrected(there - here);
    before = here;
    here = there;
    last_h = step.h;
  }
  return here;
}

}  // namespace sampling
