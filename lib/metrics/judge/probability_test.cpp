#include "lib/metrics/judge/probability.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/rng.hpp"

namespace mls::metrics {
namespace {

/// Three rows, two classes: right with 0.8, wrong with 0.6, right with 0.9.
struct Example {
  std::vector<double> prob = {0.8, 0.2, 0.6, 0.4, 0.1, 0.9};
  std::vector<int> label = {0, 1, 1};
  [[nodiscard]] Forecast forecast() const { return {prob, label, 2}; }
};

/// Labels drawn from the forecast itself.
struct Calibrated {
  std::vector<double> prob;
  std::vector<int> label;
  explicit Calibrated(int rows) {
    Rng rng(7);
    for (int i = 0; i < rows; ++i) {
      const double a = rng.uniform(0, 0.5);
      const double b = rng.uniform(0, 0.5);
      prob.insert(prob.end(), {a, b, 1 - a - b});
      const double u = rng.uniform();
      label.push_back(u < a ? 0 : u < a + b ? 1 : 2);
    }
  }
  [[nodiscard]] Forecast forecast() const { return {prob, label, 3}; }
};

TEST(Probability, ProperScoresByHand) {
  const Example example;
  EXPECT_NEAR(negative_log_likelihood(example.forecast()),
              -(std::log(0.8) + std::log(0.4) + std::log(0.9)) / 3, 1e-15);
  EXPECT_NEAR(brier(example.forecast()), (2 * 0.04 + 2 * 0.36 + 2 * 0.01) / 3, 1e-15);
  EXPECT_NEAR(accuracy(example.forecast()), 2.0 / 3, 1e-15);
}

TEST(Probability, UniformForecastHasLogOfClassesAndKnownBrier) {
  const std::vector<double> prob(8, 0.25);
  const std::vector<int> label = {3, 0};
  EXPECT_NEAR(negative_log_likelihood({prob, label, 4}), std::log(4.0), 1e-15);
  EXPECT_NEAR(brier({prob, label, 4}), 0.75, 1e-15);
}

TEST(Probability, EceByHand) {
  const std::vector<double> confidence = {0.9, 0.1, 0.3, 0.7};
  const std::vector<std::uint8_t> hit = {1, 0, 1, 0};
  // One bin: |0.5 - 0.5|. Two bins: |0.2 - 0.5| and |0.8 - 0.5|. Four bins: 0.1, 0.7, 0.7, 0.1.
  EXPECT_NEAR(equal_mass_ece(confidence, hit, 1), 0, 1e-15);
  EXPECT_NEAR(equal_mass_ece(confidence, hit, 2), 0.3, 1e-15);
  EXPECT_NEAR(equal_mass_ece(confidence, hit, 4), 0.4, 1e-15);
  // More bins than rows: empty bins weigh nothing.
  EXPECT_NEAR(equal_mass_ece(confidence, hit, 15), 0.4, 1e-15);
}

TEST(Probability, TopLabelAndClasswiseEceByHand) {
  const Example example;
  // Top: confidences 0.8 (right), 0.6 (wrong), 0.9 (right) in one bin.
  EXPECT_NEAR(top_label_ece(example.forecast(), 1), std::abs((0.8 + 0.6 + 0.9) - 2) / 3, 1e-15);
  // Class 0: 0.8 0.6 0.1 against one hit; class 1 mirrors it.
  EXPECT_NEAR(classwise_ece(example.forecast(), 1), 0.5 / 3, 1e-15);
}

TEST(Probability, CertainAndRightIsPerfect) {
  const std::vector<double> prob = {1, 0, 0, 1};
  const std::vector<int> label = {0, 1};
  const Forecast forecast{prob, label, 2};
  EXPECT_EQ(negative_log_likelihood(forecast), 0);
  EXPECT_EQ(brier(forecast), 0);
  EXPECT_EQ(accuracy(forecast), 1);
  EXPECT_EQ(top_label_ece(forecast, 15), 0);
  EXPECT_EQ(classwise_ece(forecast, 15), 0);
}

TEST(Probability, CalibratedForecastHasLittleEce) {
  const Calibrated sample(30000);
  EXPECT_LT(classwise_ece(sample.forecast(), 15), 0.01);
  EXPECT_LT(top_label_ece(sample.forecast(), 15), 0.01);
}

TEST(Probability, ClassOrderDoesNotMatter) {
  const Calibrated sample(500);
  const std::vector<int> to = {2, 0, 1};
  std::vector<double> prob(sample.prob.size());
  std::vector<int> label(sample.label.size());
  for (std::size_t i = 0; i < label.size(); ++i) {
    label[i] = to[sample.label[i]];
    for (int k = 0; k < 3; ++k) prob[i * 3 + to[k]] = sample.prob[i * 3 + k];
  }
  const Forecast moved{prob, label, 3};
  EXPECT_NEAR(negative_log_likelihood(moved), negative_log_likelihood(sample.forecast()), 1e-12);
  EXPECT_NEAR(brier(moved), brier(sample.forecast()), 1e-12);
  EXPECT_NEAR(classwise_ece(moved, 15), classwise_ece(sample.forecast(), 15), 1e-12);
  EXPECT_NEAR(top_label_ece(moved, 15), top_label_ece(sample.forecast(), 15), 1e-12);
}

TEST(Probability, ConstantForecastIsNotPerfectlyCalibrated) {
  Rng rng(3);
  std::vector<double> confidence(3000, 0.4);
  std::vector<std::uint8_t> hit(3000);
  for (auto& h : hit) h = rng.bernoulli(0.4) ? 1 : 0;
  EXPECT_GT(equal_mass_ece(confidence, hit, 15), 0.01);
}

TEST(Probability, RowsBecomeDistributions) {
  constexpr double huge = std::numeric_limits<double>::max();
  constexpr double tiny = std::numeric_limits<double>::denorm_min();
  const std::vector<double> raw = {3, 1, 0, 0, huge, huge, tiny, 0, 1, 0};
  const std::vector<double> result = as_distributions(raw, 2, 1e-6);
  ASSERT_EQ(result.size(), raw.size());
  EXPECT_NEAR(result[0], 0.75, 1e-15);
  EXPECT_EQ(result[2], 0.5);
  EXPECT_EQ(result[4], 0.5);
  EXPECT_NEAR(result[6], 1 / (1 + 1e-6), 1e-15);
  EXPECT_NEAR(result[9], 1e-6 / (1 + 1e-6), 1e-20);
  for (std::size_t i = 0; i < result.size(); i += 2) EXPECT_NEAR(result[i] + result[i + 1], 1, 1e-15);
}

TEST(Probability, DistributionsStayAsTheyAre) {
  const std::vector<double> raw = {0.5, 0.25, 0.25, 0.125, 0.375, 0.5};
  EXPECT_EQ(as_distributions(raw, 3, 1e-6), raw);
}

}  // namespace
}  // namespace mls::metrics
