// The exact flow behind deterministic samplers, solved with many steps: what few-step solvers are measured
// against where no exact draws exist.
#pragma once

#include <functional>
#include <span>

#include "lib/diffusion/shared/matrix.hpp"

namespace mls::diffusion {

/// E[x0 | x] at noise level sigma > 0, row by row.
using Denoise = std::function<Matrix(const Matrix& x, double sigma)>;

/// Solves dx/dsigma = (x - D(x, sigma)) / sigma along a falling grid and returns D at its end. Between two
/// levels the denoised image is a parabola in log sigma through the last three calls (third order); one call
/// a level. The first two steps know fewer calls and should be at so much noise that D hardly depends on it.
[[nodiscard]] Matrix probability_flow(const Denoise& denoise, Matrix x, std::span<const double> grid);

}  // namespace mls::diffusion
