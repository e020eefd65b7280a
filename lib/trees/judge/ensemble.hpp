// Classifiers made of many trees.
#pragma once

#include <vector>

#include "core/rng.hpp"
#include "lib/tabular/judge/dataset.hpp"
#include "lib/trees/judge/tree.hpp"

namespace mls::trees {

struct ForestOptions {
  int trees = 100;
  int max_depth = 1 << 20;
  int features_per_split = 0;  ///< 0 = floor(sqrt(columns))
};

/// Random forest (Breiman 2001): bootstrap rows, random features at every split, leaf class shares averaged
/// over trees.
class RandomForest {
 public:
  RandomForest(const tabular::Dataset& data, const ForestOptions& options, Rng& rng);
  /// Class probabilities, row-major [rows, classes].
  [[nodiscard]] std::vector<double> predict(const tabular::Matrix& x) const;

 private:
  int classes_;
  std::vector<Tree> trees_;
};

/// Discrete AdaBoost (Freund & Schapire 1997) over decision stumps for two classes. The probability of class
/// 1 is the normalised margin (1 + sum a_t h_t / sum a_t) / 2, which is what Niculescu-Mizil & Caruana (2005)
/// calibrate.
class AdaBoostStumps {
 public:
  /// Two classes, both present. Stops early when a stump makes no error or is no better than chance.
  AdaBoostStumps(const tabular::Dataset& data, int rounds);
  /// Class probabilities, row-major [rows, 2].
  [[nodiscard]] std::vector<double> predict(const tabular::Matrix& x) const;
  [[nodiscard]] int rounds() const { return static_cast<int>(stumps_.size()); }

 private:
  std::vector<Tree> stumps_;
  std::vector<double> votes_;
};

}  // namespace mls::trees
