// Gaussian naive Bayes.
#pragma once

#include <vector>

#include "lib/tabular/judge/dataset.hpp"

namespace mls::bayes {

/// Features independent and normal within a class; priors are class shares. Variances get 1e-9 times the
/// largest column variance added, so constant features are harmless.
class GaussianNaiveBayes {
 public:
  /// Every class must occur.
  explicit GaussianNaiveBayes(const tabular::Dataset& data);
  /// Posterior of every class, row-major [rows, classes].
  [[nodiscard]] std::vector<double> predict(const tabular::Matrix& x) const;

 private:
  int classes_;
  tabular::Matrix mean_;      // [classes, columns]
  tabular::Matrix variance_;  // [classes, columns]
  std::vector<double> log_prior_;
};

}  // namespace mls::bayes
