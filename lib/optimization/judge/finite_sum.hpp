// Finite sums F(x) = (1/n) sum_i f_i(x), their constants and their minimum. Free of anything about runs and
// hosts.
#pragma once

#include <algorithm>

#include <Eigen/Core>

namespace mls::optimization {

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;
/// One sample a row.
using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Components first ... first + count - 1. Sums keep their samples in the (random) order in which they were
/// given, so contiguous ranges are random blocks.
struct Range {
  int first = 0;
  int count = 0;
};

/// Deterministic: equal arguments give equal bits. Not thread-safe (scratch memory).
class FiniteSum {
 public:
  virtual ~FiniteSum() = default;
  [[nodiscard]] virtual int dim() const = 0;
  [[nodiscard]] virtual int count() const = 0;
  /// Mean of f_i over the range. `x` has dim() entries, the range is not empty.
  [[nodiscard]] virtual double value(const Vector& x, Range range) const = 0;
  /// Mean of grad f_i over the range, written to `out` (resized).
  virtual void gradient(const Vector& x, Range range, Vector& out) const = 0;

  [[nodiscard]] Range all() const { return {0, count()}; }
};

/// What step-size rules are made of.
struct Constants {
  double component_smoothness = 0;  ///< every f_i has a gradient with this Lipschitz constant
  double smoothness = 0;            ///< so has F with this smaller one
  double strong_convexity = 0;      ///< of F; 0 when F is not convex
};

/// A sum whose Hessian is worth forming.
class ConvexSum : public FiniteSum {
 public:
  virtual void hessian(const Vector& x, Matrix& out) const = 0;
  /// The tightest bounds that the data give without looking at a point. Takes an eigenvalue decomposition.
  [[nodiscard]] virtual Constants constants() const = 0;
};

struct Minimum {
  Vector point;
  double value = 0;
  double gradient_norm = 0;
};

/// Damped Newton from zero until the gradient norm falls below `tolerance` or no step helps any more (the
/// limit of double precision). A quadratic takes one step and a correction.
[[nodiscard]] Minimum newton_minimum(const ConvexSum& sum, double tolerance = 1e-13);

/// Largest absolute eigenvalue of the Hessian of the mean over `range` at `x`, by power iteration on central
/// differences of the gradient from a fixed start: an estimate from below.
[[nodiscard]] double curvature(const FiniteSum& sum, const Vector& x, Range range, int iterations);

/// Adds samples' diag(weights) samples, summed in pieces of a fixed size.
void add_gram(const Rows& samples, const Vector& weights, Matrix& out);

/// Largest and smallest eigenvalue of A'A/n.
struct Spectrum {
  double largest = 0;
  double smallest = 0;
};
[[nodiscard]] Spectrum gram_spectrum(const Rows& samples);

// Matrix products are cut into pieces of this many samples: Eigen would otherwise split long sums at places
// that depend on the machine's cache sizes, and the bits with them.
inline constexpr int piece = 64;

/// Calls visit(Range) for consecutive pieces of at most `piece` components.
template <typename Visit>
void for_pieces(Range range, const Visit& visit) {
  const int end = range.first + range.count;
  for (int first = range.first; first < end; first += piece)
    visit(Range{first, std::min(piece, end - first)});
}

}  // namespace mls::optimization
