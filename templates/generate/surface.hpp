// What a method implements: a sampler that knows a distribution by the gradient of its log density.
// Read-only.
#pragma once

#include <functional>

#include "core/rng.hpp"
#include "lib/diffusion/shared/matrix.hpp"

namespace chains {

using Matrix = mls::diffusion::Matrix;  // double, row-major; one sample a row

struct Target {
  double smoothness = 0;  ///< L: the gradient changes by at most L times the distance, about
  int calls = 0;          ///< of `score`
  /// Gradients of the log density at the rows of x, which has the shape of the start. More calls than
  /// allowed: std::length_error.
  std::function<Matrix(const Matrix& x)> score;
};

/// Returns as many samples as `start` has rows, finite. `start` is three times standard normal noise.
Matrix sample(const Target& target, const Matrix& start, mls::Rng& rng);

}  // namespace chains
