// Calibration problems on real tables: a classifier trained here, its probabilities on fresh rows, and their
// labels.
#pragma once

#include <string>
#include <vector>

#include "core/rng.hpp"
#include "lib/tabular/judge/dataset.hpp"

namespace mls::calibration {

/// "forest"  random forest, 30 trees of depth 9: under-confident
/// "bayes"   Gaussian naive Bayes: grossly over-confident on correlated features
/// "boost"   AdaBoost, 80 stumps: probabilities pushed towards one half, a sigmoid-shaped reliability curve
/// "mlp"     one hidden layer of 128, trained far into over-fitting: over-confident
struct Regime {
  std::string classifier;
  int train_rows = 0;
  int calibration_rows = 0;
  int test_rows = 0;
  /// The most frequent class of calibration and test rows is this many times as frequent, against the table,
  /// as the rarest
  /// (>= 1; the others lie between in equal ratios). Training rows keep the shares of the table.
  double class_skew = 1;
};

struct Sample {
  std::vector<double> prob;  ///< row-major [rows, classes], every row sums to 1
  std::vector<int> label;
};

struct Problem {
  int classes = 0;
  Sample calibration;
  Sample test;
};

/// Splits the table at random, renames its classes at random (so which are rare is random too) and trains the
/// classifier. Throws std::invalid_argument on an unknown classifier or too few rows.
[[nodiscard]] Problem make_problem(const tabular::Dataset& table, const Regime& regime, Rng& rng);

}  // namespace mls::calibration
