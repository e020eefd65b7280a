// Class probabilities as calibrators see them.
#pragma once

#include <span>

#include <Eigen/Core>

namespace mls::calibration {

/// [rows, classes]; a row is one distribution.
using Probabilities = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Classifiers give exact zeros and ones; logarithms are taken of values at least this far from both. The
/// judge lifts predictions to the same value.
inline constexpr double smallest_probability = 1e-6;

/// p moved into [smallest_probability, 1 - smallest_probability].
[[nodiscard]] double clipped(double p);
/// log(p / (1 - p)) of the clipped p.
[[nodiscard]] double logit(double p);
[[nodiscard]] double sigmoid(double z);

/// log p of every entry, lifted to smallest_probability first: the logits of a classifier that keeps its own
/// to itself.
[[nodiscard]] Probabilities log_of(const Probabilities& prob);

/// Rows to distributions proportional to exp(z), in place.
void softmax_rows(Probabilities& z);
/// Rows divided by their sums, in place; a row of zeros becomes uniform.
void normalise_rows(Probabilities& p);

/// Mean cross-entropy of softmax(z) against the labels; z becomes its gradient.
double cross_entropy(Probabilities& z, std::span<const int> label);

}  // namespace mls::calibration
