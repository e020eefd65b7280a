#include "lib/calibration/host/probabilities.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace mls::calibration {
namespace {

Probabilities matrix(Eigen::Index columns, const std::vector<double>& values) {
  Probabilities result(static_cast<Eigen::Index>(values.size()) / columns, columns);
  std::copy(values.begin(), values.end(), result.data());
  return result;
}

TEST(Probabilities, LogitAndSigmoidAreInverse) {
  for (const double p : {1e-5, 0.3, 0.5, 0.999}) EXPECT_NEAR(sigmoid(logit(p)), p, 1e-12);
  EXPECT_EQ(sigmoid(-1e4), 0);
  EXPECT_EQ(sigmoid(1e4), 1);
  EXPECT_TRUE(std::isfinite(logit(0)));
  EXPECT_NEAR(logit(0), -logit(1), 1e-8);
}

TEST(Probabilities, SoftmaxUndoesTheLogarithm) {
  const Probabilities prob = matrix(3, {0.2, 0.3, 0.5, 0.9, 0.05, 0.05});
  Probabilities back = log_of(prob);
  softmax_rows(back);
  for (Eigen::Index i = 0; i < prob.size(); ++i) EXPECT_NEAR(back.data()[i], prob.data()[i], 1e-12);
  Probabilities large = matrix(2, {1000, 999, -1000, -1000});
  softmax_rows(large);
  EXPECT_NEAR(large(0, 0), sigmoid(1), 1e-12);
  EXPECT_EQ(large(1, 0), 0.5);
}

TEST(Probabilities, RowsOfZerosBecomeUniform) {
  Probabilities prob = matrix(4, {0, 0, 0, 0, 1, 3, 0, 0});
  normalise_rows(prob);
  EXPECT_EQ(prob(0, 2), 0.25);
  EXPECT_EQ(prob(1, 1), 0.75);
}

TEST(Probabilities, CrossEntropyAndItsGradient) {
  const std::vector<double> z = {0.3, -1, 2, 0, 0.5, -0.7};
  const std::vector<int> label = {2, 0};
  Probabilities gradient = matrix(3, z);
  Probabilities p = gradient;
  softmax_rows(p);
  EXPECT_NEAR(cross_entropy(gradient, label), -(std::log(p(0, 2)) + std::log(p(1, 0))) / 2, 1e-12);
  constexpr double step = 1e-6;
  for (std::size_t i = 0; i < z.size(); ++i) {
    std::vector<double> moved = z;
    moved[i] += step;
    Probabilities above = matrix(3, moved);
    moved[i] -= 2 * step;
    Probabilities below = matrix(3, moved);
    EXPECT_NEAR(gradient.data()[i], (cross_entropy(above, label) - cross_entropy(below, label)) / (2 * step),
                1e-8);
  }
}

}  // namespace
}  // namespace mls::calibration
