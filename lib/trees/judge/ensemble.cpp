#include "lib/trees/judge/ensemble.hpp"

#include <algorithm>
#include <cmath>

namespace mls::trees {
namespace {

std::vector<double> bootstrap_counts(int rows, Rng& rng) {
  std::vector<double> count(rows);
  for (int i = 0; i < rows; ++i) count[rng.below(rows)] += 1;
  return count;
}

/// +1 for class 1, -1 for class 0.
int vote(const Tree& stump, std::span<const double> row) {
  const std::span<const double> share = stump.value_of(row);
  return share[1] > share[0] ? 1 : -1;
}

}  // namespace

RandomForest::RandomForest(const tabular::Dataset& data, const ForestOptions& options, Rng& rng)
    : classes_(data.classes) {
  const SortedColumns sorted(data.x);
  GrowthLimits limits;
  limits.max_depth = options.max_depth;
  limits.features_per_split = options.features_per_split > 0 ? options.features_per_split
                                                             : static_cast<int>(std::sqrt(data.x.columns));
  for (int t = 0; t < options.trees; ++t) {
    trees_.push_back(
        grow_classifier(data.x, sorted, data.y, classes_, bootstrap_counts(data.rows(), rng), limits, rng));
  }
}

std::vector<double> RandomForest::predict(const tabular::Matrix& x) const {
  std::vector<double> result(static_cast<std::size_t>(x.rows) * classes_);
  for (int i = 0; i < x.rows; ++i) {
    double* row = result.data() + static_cast<std::size_t>(i) * classes_;
    for (const Tree& tree : trees_) {
      const std::span<const double> share = tree.value_of(x.row(i));
      for (int k = 0; k < classes_; ++k) row[k] += share[k];
    }
    for (int k = 0; k < classes_; ++k) row[k] /= static_cast<double>(trees_.size());
  }
  return result;
}

AdaBoostStumps::AdaBoostStumps(const tabular::Dataset& data, int rounds) {
  constexpr double least_error = 1e-10;
  const SortedColumns sorted(data.x);
  GrowthLimits limits;
  limits.max_depth = 1;
  Rng unused(0);  // all features are tried
  std::vector<double> weight(data.rows(), 1.0 / data.rows());
  for (int t = 0; t < rounds; ++t) {
    Tree stump = grow_classifier(data.x, sorted, data.y, 2, weight, limits, unused);
    double error = 0;
    for (int i = 0; i < data.rows(); ++i) {
      if (vote(stump, data.x.row(i)) != 2 * data.y[i] - 1) error += weight[i];
    }
    if (error >= 0.5) break;
    const double strength = 0.5 * std::log((1 - error) / std::max(error, least_error));
    double total = 0;
    for (int i = 0; i < data.rows(); ++i) {
      weight[i] *= std::exp(-strength * vote(stump, data.x.row(i)) * (2 * data.y[i] - 1));
      total += weight[i];
    }
    for (double& w : weight) w /= total;
    stumps_.push_back(std::move(stump));
    votes_.push_back(strength);
    if (error <= least_error) break;
  }
}

std::vector<double> AdaBoostStumps::predict(const tabular::Matrix& x) const {
  double strength = 0;
  for (const double v : votes_) strength += v;
  std::vector<double> result;
  for (int i = 0; i < x.rows; ++i) {
    double margin = 0;
    for (std::size_t t = 0; t < stumps_.size(); ++t) margin += votes_[t] * vote(stumps_[t], x.row(i));
    const double p = strength > 0 ? (1 + margin / strength) / 2 : 0.5;
    result.push_back(1 - p);
    result.push_back(p);
  }
  return result;
}

}  // namespace mls::trees
