// Exact CART on weighted rows: presorted columns, axis-parallel splits, Gini impurity or squared error.
#pragma once

#include <limits>
#include <span>
#include <vector>

#include "core/rng.hpp"
#include "lib/tabular/judge/dataset.hpp"

namespace mls::trees {

struct GrowthLimits {
  int max_depth = std::numeric_limits<int>::max();  ///< 0 is a single leaf
  int min_leaf_rows = 1;                            ///< rows of positive weight
  int features_per_split = 0;  ///< drawn anew at every node among those that vary; 0 = all
};

/// Row indices of a table by every column's value; made once, shared by all trees on the same rows.
class SortedColumns {
 public:
  explicit SortedColumns(const tabular::Matrix& x);
  [[nodiscard]] const std::vector<int>& order(int column) const { return order_[column]; }

 private:
  std::vector<std::vector<int>> order_;
};

/// A binary tree whose leaves hold a vector: class shares, or one mean.
class Tree {
 public:
  struct Node {
    int feature = -1;      ///< -1: a leaf
    double threshold = 0;  ///< x[feature] <= threshold goes left
    int left = 0;
    int right = 0;
    int leaf = 0;  ///< number of the leaf
  };

  Tree(std::vector<Node> nodes, int outputs, std::vector<double> values)
      : nodes_(std::move(nodes)), outputs_(outputs), values_(std::move(values)) {}

  /// 0 ... leaves() - 1.
  [[nodiscard]] int leaf_of(std::span<const double> row) const;
  [[nodiscard]] std::span<const double> value_of(std::span<const double> row) const {
    return value(leaf_of(row));
  }
  [[nodiscard]] std::span<const double> value(int leaf) const {
    return std::span(values_).subspan(static_cast<std::size_t>(leaf) * outputs_,
                                      static_cast<std::size_t>(outputs_));
  }
  [[nodiscard]] int leaves() const { return static_cast<int>(values_.size()) / outputs_; }
  [[nodiscard]] int depth() const;
  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }

 private:
  std::vector<Node> nodes_;  // root first
  int outputs_;
  std::vector<double> values_;
};

/// Splits lower the weighted Gini impurity most; leaves hold weighted class shares. Rows of weight 0 do not
/// take part; at least one weight is positive. `rng` is used only when features are drawn.
[[nodiscard]] Tree grow_classifier(const tabular::Matrix& x, const SortedColumns& sorted,
                                   std::span<const int> y, int classes, std::span<const double> weight,
                                   const GrowthLimits& limits, Rng& rng);

/// Splits lower the weighted squared error most; leaves hold the weighted mean.
[[nodiscard]] Tree grow_regressor(const tabular::Matrix& x, const SortedColumns& sorted,
                                  std::span<const double> y, std::span<const double> weight,
                                  const GrowthLimits& limits, Rng& rng);

}  // namespace mls::trees
