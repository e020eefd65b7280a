// How far apart two sets of samples are: rows of x and y, both of dimension d, at least two each.
#pragma once

#include "core/rng.hpp"
#include "lib/diffusion/shared/matrix.hpp"

namespace mls::diffusion {

/// Mean distance |x_i - y_j| over all pairs.
[[nodiscard]] double mean_distance(const Matrix& x, const Matrix& y);
/// Mean distance over all pairs of different rows.
[[nodiscard]] double mean_distance_within(const Matrix& x);

/// Energy distance 2 E|X-Y| - E|X-X'| - E|Y-Y'| (Szekely & Rizzo 2013), unbiased: about 0, and at times below
/// it, when the distributions are the same. Rows that are copies of each other count as what they are, too
/// close.
[[nodiscard]] double energy_distance(const Matrix& x, const Matrix& y);
/// The same when the last term is known beforehand.
[[nodiscard]] double energy_distance(const Matrix& x, const Matrix& y, double within_y);

/// Squared maximum mean discrepancy with kernel exp(-|x-y|^2 / (2 width^2)), unbiased (Gretton et al. 2012).
[[nodiscard]] double mmd_squared(const Matrix& x, const Matrix& y, double width);

/// Mean over random directions of the Wasserstein-1 distance between the projections (Bonneel et al. 2015).
/// The sets may differ in size.
[[nodiscard]] double sliced_wasserstein(const Matrix& x, const Matrix& y, int directions, Rng& rng);

struct Moments {
  Vector mean;
  Matrix covariance;
};
[[nodiscard]] Moments moments_of(const Matrix& x);

/// |m - m'|^2 + tr(C + C' - 2 (C C')^(1/2)): squared Wasserstein-2 distance between the Gaussians with these
/// moments (Dowson & Landau 1982).
[[nodiscard]] double frechet_distance(const Moments& a, const Moments& b);

/// Fixed features relu(W x + b) with W and b drawn once, in which a Frechet distance sees more than two
/// moments.
class RandomFeatures {
 public:
  /// `scale` is the typical norm of x.
  RandomFeatures(int dim, int features, double scale, Rng& rng);
  [[nodiscard]] Matrix operator()(const Matrix& x) const;

 private:
  Matrix weights_;
  Vector offsets_;
};

}  // namespace mls::diffusion
