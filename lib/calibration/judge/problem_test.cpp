#include "lib/calibration/judge/problem.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "lib/metrics/judge/probability.hpp"

namespace mls::calibration {
namespace {

/// Overlapping Gaussian classes in four correlated features.
tabular::Dataset blobs(int rows, int classes) {
  Rng rng(11);
  tabular::Dataset data{tabular::Matrix(rows, 4), {}, classes};
  for (int i = 0; i < rows; ++i) {
    data.y.push_back(i % classes);
    const double common = rng.normal();
    for (double& value : data.x.row(i)) value = 1.5 * data.y[i] + common + rng.normal(0, 0.5);
  }
  return data;
}

class EveryClassifier : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Problem, EveryClassifier, testing::Values("forest", "bayes", "boost", "mlp"));

TEST_P(EveryClassifier, GivesDistributionsThatBeatGuessingAndRepeat) {
  const int classes = std::string(GetParam()) == "boost" ? 2 : 3;
  const tabular::Dataset table = blobs(900, classes);
  Rng rng(1);
  const Problem problem = make_problem(table, {GetParam(), 300, 200, 400, 1}, rng);
  ASSERT_EQ(problem.classes, classes);
  ASSERT_EQ(problem.calibration.label.size(), 200U);
  ASSERT_EQ(problem.test.label.size(), 400U);
  ASSERT_EQ(problem.test.prob.size(), 400U * classes);
  for (std::size_t i = 0; i < problem.test.prob.size(); i += classes) {
    double sum = 0;
    for (int k = 0; k < classes; ++k) {
      EXPECT_GE(problem.test.prob[i + k], 0);
      sum += problem.test.prob[i + k];
    }
    EXPECT_NEAR(sum, 1, 1e-12);
  }
  EXPECT_GT(metrics::accuracy({problem.test.prob, problem.test.label, classes}), 1.2 / classes);
  Rng again(1);
  EXPECT_EQ(make_problem(table, {GetParam(), 300, 200, 400, 1}, again).test.prob, problem.test.prob);
}

TEST(Problem, NaiveBayesOnCorrelatedFeaturesIsOverConfident) {
  Rng rng(2);
  const Problem problem = make_problem(blobs(3000, 3), {"bayes", 500, 500, 2000, 1}, rng);
  const metrics::Forecast forecast{problem.test.prob, problem.test.label, 3};
  double confidence = 0;
  for (int i = 0; i < forecast.rows(); ++i) confidence += *std::ranges::max_element(forecast.row(i));
  EXPECT_GT(confidence / forecast.rows(), metrics::accuracy(forecast) + 0.05);
}

TEST(Problem, SkewMakesTheFirstClassMostFrequent) {
  Rng rng(3);
  const Problem problem = make_problem(blobs(9000, 3), {"bayes", 300, 1000, 3000, 4}, rng);
  std::vector<double> count(3);
  for (const int label : problem.test.label) count[label] += 1;
  EXPECT_NEAR(count[0] / count[2], 4, 0.6);
  EXPECT_NEAR(count[0] / count[1], 2, 0.3);
}

TEST(Problem, RefusesWhatItCannotDo) {
  Rng rng(4);
  EXPECT_THROW((void)make_problem(blobs(90, 3), {"svm", 30, 30, 30, 1}, rng), std::invalid_argument);
  EXPECT_THROW((void)make_problem(blobs(90, 3), {"bayes", 30, 30, 31, 1}, rng), std::invalid_argument);
  EXPECT_THROW((void)make_problem(blobs(90, 3), {"bayes", 91, 1, 1, 1}, rng), std::invalid_argument);
}

}  // namespace
}  // namespace mls::calibration
