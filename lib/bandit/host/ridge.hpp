// Ridge regression that learns one observation at a time.
#pragma once

#include <span>
#include <vector>

namespace mls::bandit {

/// A = lambda I + sum x x', b = sum y x over the observations so far; theta = A^-1 b. Keeps A^-1 by
/// Sherman-Morrison, so that an observation costs dim^2 operations. Never allocates after construction.
class Ridge {
 public:
  /// dim >= 1, lambda > 0.
  Ridge(int dim, double lambda);

  /// x has dim entries; y is any finite number.
  void update(std::span<const double> x, double y);
  /// theta' x.
  [[nodiscard]] double predict(std::span<const double> x) const;
  /// x' A^-1 x: the variance of predict(x) in units of the noise variance.
  [[nodiscard]] double variance(std::span<const double> x) const;
  [[nodiscard]] std::span<const double> theta() const { return theta_; }

 private:
  [[nodiscard]] std::span<const double> row(std::size_t i) const;

  std::vector<double> inverse_;  // dim x dim, symmetric
  std::vector<double> theta_;
  std::vector<double> direction_;  // A^-1 x of the observation being learnt
};

}  // namespace mls::bandit
