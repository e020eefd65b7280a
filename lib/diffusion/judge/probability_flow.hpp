// The exact flow behind deterministic samplers, solved with many steps: what few-step solvers are measured
// against where no exact draws exist.
#pragma once

#include <functional>
#include <span>

#include "lib/diffusion/shared/matrix.hpp"

namespace mls::diffusion {

/// E[x0 | x] at noise level sigma > 0, row by row.
using Denoise = std::function<Matrix(const Matrix& x, double sigma)>;

/// Solves dx/dsigma = (x - D(x, sigma)) / sigma along a falling grid by Heun's method (Karras et al. 2022,
/// algorithm 1) and returns D at its end. Costs two calls a step.
[[nodiscard]] Matrix probability_flow(const Denoise& denoise, Matrix x, std::span<const double> grid);

}  // namespace mls::diffusion
