// Coordinates of its own for every sample: what a host sees of row i is Q_i x, Q_i a random rotation that
// only the judge knows.
//
// Gaussian noise and every rule built from sums, norms and inner products look the same in all coordinates,
// so that samplers lose nothing. But no pixel is known to be a pixel, nothing learned beforehand fits, and
// what is true of one row is nonsense in the coordinates of another.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/rng.hpp"
#include "lib/diffusion/shared/matrix.hpp"

namespace mls::diffusion {

/// Uniform among orthogonal matrices.
[[nodiscard]] Matrix random_orthogonal(int dim, Rng& rng);

/// Q_i = C S'_i B S_i A: three random orthogonal matrices, common to all rows, with random signs of the row's
/// own in between. As good as independent rotations, at the price of three matrix products.
class RowRotations {
 public:
  RowRotations(int rows, int dim, Rng& rng);

  /// Row r of `x` belongs to sample rows[r]: to the host's coordinates, and back. Rows must exist.
  [[nodiscard]] Matrix rotated(const Matrix& x, std::span<const std::int32_t> rows) const;
  [[nodiscard]] Matrix restored(const Matrix& x, std::span<const std::int32_t> rows) const;
  /// Of all samples, in order.
  [[nodiscard]] Matrix rotated(const Matrix& x) const { return rotated(x, all_); }
  [[nodiscard]] Matrix restored(const Matrix& x) const { return restored(x, all_); }

 private:
  [[nodiscard]] Matrix chosen(const Matrix& signs, std::span<const std::int32_t> rows) const;

  Matrix first_;   // A
  Matrix middle_;  // B
  Matrix last_;    // C
  Matrix inner_signs_;
  Matrix outer_signs_;
  std::vector<std::int32_t> all_;
};

}  // namespace mls::diffusion
