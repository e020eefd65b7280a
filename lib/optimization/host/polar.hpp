// Approximate polar factor of a matrix by products alone.
#pragma once

#include <Eigen/Core>

namespace mls::optimization {

/// For matrix = U S V^T roughly U V^T: five steps of a quintic Newton-Schulz iteration whose coefficients
/// push all singular values above some thousandths of the Frobenius norm into about [0.7, 1.2] (Jordan et al.
/// 2024), after division by that norm. Zero stays zero.
template <typename Matrix>
[[nodiscard]] Matrix polar_factor(const Matrix& matrix, int steps = 5) {
  constexpr float a = 3.4445F;
  constexpr float b = -4.7750F;
  constexpr float c = 2.0315F;
  if (matrix.rows() > matrix.cols()) return polar_factor<Matrix>(matrix.transpose(), steps).transpose();
  Matrix x = matrix / (matrix.norm() + 1e-7F);
  for (int k = 0; k < steps; ++k) {
    const Matrix gram = x * x.transpose();
    const Matrix polynomial = b * gram + c * gram * gram;
    x = (a * x + polynomial * x).eval();
  }
  return x;
}

}  // namespace mls::optimization
