// Logistic regression on a handful of features.
#pragma once

#include <span>
#include <vector>

namespace mls::numerics {

/// Coefficients, one per feature, then the intercept.
struct Logistic {
  std::vector<double> coefficient;
  double intercept = 0;
};

/// Maximum likelihood without a penalty; targets may be any value in [0, 1]. `features` is row-major [rows,
/// count]. Where the classes can be separated the coefficients stop growing when the likelihood no longer
/// rises.
[[nodiscard]] Logistic fit_logistic(std::span<const double> features, int count,
                                    std::span<const double> target);

}  // namespace mls::numerics
