#include "lib/trees/judge/ensemble.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace mls::trees {
namespace {

/// Points in the unit square; class 1 inside a circle.
tabular::Dataset circle(int rows, std::uint64_t seed) {
  Rng rng(seed);
  tabular::Dataset data{tabular::Matrix(rows, 2), {}, 2};
  for (double& value : data.x.values) value = rng.uniform(-1, 1);
  for (int i = 0; i < rows; ++i) data.y.push_back(std::hypot(data.x(i, 0), data.x(i, 1)) < 0.8 ? 1 : 0);
  return data;
}

double accuracy(const std::vector<double>& prob, const std::vector<int>& y) {
  int right = 0;
  for (std::size_t i = 0; i < y.size(); ++i) right += (prob[2 * i + 1] > prob[2 * i] ? 1 : 0) == y[i] ? 1 : 0;
  return right / static_cast<double>(y.size());
}

void expect_distributions(const std::vector<double>& prob) {
  for (std::size_t i = 0; i < prob.size(); i += 2) {
    EXPECT_GE(prob[i], 0);
    EXPECT_NEAR(prob[i] + prob[i + 1], 1, 1e-12);
  }
}

TEST(RandomForest, LearnsACircleAndIsDeterministic) {
  const tabular::Dataset train = circle(400, 1);
  const tabular::Dataset test = circle(400, 2);
  Rng rng(3);
  const std::vector<double> prob = RandomForest(train, {.trees = 30}, rng).predict(test.x);
  expect_distributions(prob);
  EXPECT_GT(accuracy(prob, test.y), 0.92);
  Rng again(3);
  EXPECT_EQ(RandomForest(train, {.trees = 30}, again).predict(test.x), prob);
}

TEST(RandomForest, DepthZeroGivesBaseRates) {
  Rng rng(3);
  const tabular::Dataset train = circle(400, 1);
  const std::vector<double> prob = RandomForest(train, {.trees = 200, .max_depth = 0}, rng).predict(train.x);
  double ones = 0;
  for (const int label : train.y) ones += label;
  EXPECT_NEAR(prob[1], ones / 400, 0.02);
}

TEST(AdaBoost, LearnsACircleFromStumps) {
  const tabular::Dataset train = circle(600, 1);
  const tabular::Dataset test = circle(600, 2);
  const AdaBoostStumps boost(train, 60);
  const std::vector<double> prob = boost.predict(test.x);
  expect_distributions(prob);
  EXPECT_EQ(boost.rounds(), 60);
  EXPECT_GT(accuracy(prob, test.y), 0.88);
  // Normalised margins stay away from zero and one: the distortion that calibration undoes.
  for (const double p : prob) EXPECT_TRUE(p > 0.02 && p < 0.98);
}

TEST(AdaBoost, OneStumpIsEnoughForAThreshold) {
  tabular::Dataset data{tabular::Matrix(6, 1), {0, 0, 0, 1, 1, 1}, 2};
  for (int i = 0; i < 6; ++i) data.x.row(i)[0] = i;
  const AdaBoostStumps boost(data, 10);
  EXPECT_EQ(boost.rounds(), 1);
  EXPECT_EQ(accuracy(boost.predict(data.x), data.y), 1);
}

}  // namespace
}  // namespace mls::trees
