#include "lib/calibration/judge/problem.hpp"

#include <cmath>
#include <functional>
#include <numeric>
#include <stdexcept>

#include "lib/bayes/judge/naive_bayes.hpp"
#include "lib/mlp/judge/mlp.hpp"
#include "lib/trees/judge/ensemble.hpp"

namespace mls::calibration {
namespace {

using tabular::Dataset;
using tabular::Matrix;
using Classifier = std::function<std::vector<double>(const Matrix&)>;

Classifier train_forest(const Dataset& train, Rng& rng) {
  trees::ForestOptions options;
  options.trees = 30;
  options.max_depth = 9;
  return [model = trees::RandomForest(train, options, rng)](const Matrix& x) { return model.predict(x); };
}

Classifier train_bayes(const Dataset& train) {
  return [model = bayes::GaussianNaiveBayes(train)](const Matrix& x) { return model.predict(x); };
}

Classifier train_boost(const Dataset& train) {
  return [model = trees::AdaBoostStumps(train, 80)](const Matrix& x) { return model.predict(x); };
}

Classifier train_mlp(Dataset train, Rng& rng) {
  const tabular::Standardisation scale(train.x);
  scale.apply(train.x);
  mlp::TrainOptions options;
  options.epochs = 60;
  options.rate = 5e-3;
  return [scale, model = mlp::train_classifier(train, options, rng)](Matrix x) {
    scale.apply(x);
    return mlp::predict(model, x);
  };
}

Classifier train(const std::string& name, const Dataset& rows, Rng& rng) {
  if (name == "forest") return train_forest(rows, rng);
  if (name == "bayes") return train_bayes(rows);
  if (name == "boost") return train_boost(rows);
  if (name == "mlp") return train_mlp(rows, rng);
  throw std::invalid_argument("classifier '" + name + "' is none of forest, bayes, boost, mlp");
}

Sample sample_of(const Classifier& classifier, const Dataset& rows) {
  Sample sample{classifier(rows.x), rows.y};
  const auto width = static_cast<std::size_t>(rows.classes);
  for (std::size_t start = 0; start < sample.prob.size(); start += width) {  // single precision leaves 1e-7
    const std::span<double> row(sample.prob.data() + start, width);
    const double sum = std::accumulate(row.begin(), row.end(), 0.0);
    for (double& p : row) p /= sum;
  }
  return sample;
}

/// Keeps each row with a probability that falls geometrically from 1 for class 0 to 1 / skew for the last
/// class.
Dataset skewed(const Dataset& rows, double skew, Rng& rng) {
  std::vector<int> kept;
  for (int i = 0; i < rows.rows(); ++i) {
    const double share = std::pow(skew, -static_cast<double>(rows.y[i]) / (rows.classes - 1));
    if (rng.uniform() < share) kept.push_back(i);
  }
  return select(rows, kept);
}

}  // namespace

Problem make_problem(const Dataset& table, const Regime& regime, Rng& rng) {
  const Dataset renamed = rename_classes(table, rng.permutation(table.classes));
  const std::vector<Dataset> parts =
      split(renamed, {regime.train_rows, renamed.rows() - regime.train_rows}, rng);
  const std::vector<Dataset> fresh =
      split(skewed(parts[1], regime.class_skew, rng), {regime.calibration_rows, regime.test_rows}, rng);
  const Classifier classifier = train(regime.classifier, parts[0], rng);
  return {table.classes, sample_of(classifier, fresh[0]), sample_of(classifier, fresh[1])};
}

}  // namespace mls::calibration
