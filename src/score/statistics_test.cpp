#include "score/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/rng.hpp"
#include "score/score.hpp"

namespace mls::score {
namespace {

Interval interval_of(const std::vector<double>& first, const std::vector<double>& second) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  return compare(first, second).interval.value_or(Interval{nan, nan});
}

double bootstrap_error_of_mean(const std::vector<double>& values) {
  const Resamples resamples(values.size());
  Moments moments(mean(values));
  for (std::size_t sample = 0; sample < resamples.size(); ++sample) {
    double value = 0;
    for (std::size_t i = 0; i < values.size(); ++i) value += resamples.weights(sample)[i] * values[i];
    moments.add(resamples.probability(sample), value);
  }
  return std::sqrt(moments.variance());
}

TEST(Statistics, DeviationAndErrorOfASample) {
  const std::vector<double> values{1, 2, 3, 4};
  EXPECT_DOUBLE_EQ(standard_deviation(values), std::sqrt(5.0 / 3));
  EXPECT_DOUBLE_EQ(standard_error(values), std::sqrt(5.0 / 12));
  EXPECT_EQ(standard_deviation(std::vector{3.0}), 0.0);
  EXPECT_EQ(standard_error({}), 0.0);
}

TEST(Statistics, ErrorsOfIndependentEstimatesAddInSquares) {
  const auto [value, error] = mean(std::vector<Estimate>{{1, 3}, {2, 4}});
  EXPECT_DOUBLE_EQ(value, 1.5);
  EXPECT_DOUBLE_EQ(error, 2.5);
  EXPECT_EQ(mean(std::span<const Estimate>{}).standard_error, 0.0);
}

TEST(Statistics, OverallErrorFollowsTheAreas) {
  const std::vector<std::vector<Estimate>> areas{{{1, 0.3}, {0, 0.4}}, {}, {{0.2, 0.5}}};
  const auto [value, error] = overall(areas);
  EXPECT_DOUBLE_EQ(value, 0.35);
  EXPECT_DOUBLE_EQ(error, std::sqrt(0.25 * 0.25 + 0.5 * 0.5) / 2);
}

TEST(Resamples, AreWeightsAndProbabilitiesThatSumToOne) {
  for (std::size_t units = 1; units <= 12; ++units) {
    const Resamples resamples(units);
    double total = 0;
    for (std::size_t sample = 0; sample < resamples.size(); ++sample) {
      double weights = 0;
      for (const double weight : resamples.weights(sample)) weights += weight;
      EXPECT_NEAR(weights, 1, 1e-12);
      total += resamples.probability(sample);
    }
    EXPECT_NEAR(total, 1, 1e-12) << units;
  }
}

TEST(Resamples, ListEveryDrawOfFewSeedsAndDrawAThousandOfMany) {
  EXPECT_EQ(Resamples(1).size(), 1U);
  EXPECT_EQ(Resamples(3).size(), 6U);
  EXPECT_EQ(Resamples(5).size(), 70U);
  EXPECT_EQ(Resamples(7).size(), 924U);
  EXPECT_EQ(Resamples(8).size(), 1000U);
  EXPECT_THROW(Resamples(0), Error);
}

TEST(Resamples, GiveTheErrorOfAMeanExactlyForFewSeeds) {
  Rng rng(1);
  for (std::size_t units = 2; units <= 7; ++units) {
    for (int i = 0; i < 200; ++i) {
      std::vector<double> values(units);
      for (double& value : values) value = rng.normal(5, 2);
      EXPECT_NEAR(bootstrap_error_of_mean(values), standard_error(values), 1e-12);
    }
  }
}

TEST(Resamples, GiveTheErrorOfAMeanNearlyForMany) {
  Rng rng(2);
  for (const std::size_t units : {8, 12, 30}) {
    std::vector<double> values(units);
    for (double& value : values) value = rng.normal();
    EXPECT_NEAR(bootstrap_error_of_mean(values) / standard_error(values), 1, 0.15);
    EXPECT_EQ(bootstrap_error_of_mean(values), bootstrap_error_of_mean(values));
  }
}

TEST(Resamples, SeeNoSpreadWhereThereIsNone) {
  EXPECT_EQ(bootstrap_error_of_mean({0.75}), 0.0);
  EXPECT_NEAR(bootstrap_error_of_mean({0.1, 0.1, 0.1, 0.1, 0.1}), 0, 1e-15);
}

TEST(Compare, CountsAndMeasuresPairs) {
  const std::vector<double> first{3, 5, 2, 7};
  const std::vector<double> second{1, 5, 3, 4};
  const Comparison result = compare(first, second);
  EXPECT_EQ(result.wins, 2);
  EXPECT_EQ(result.ties, 1);
  EXPECT_EQ(result.losses, 1);
  EXPECT_DOUBLE_EQ(result.difference, 1);
  EXPECT_DOUBLE_EQ(result.standard_error, std::sqrt(10.0 / 3) / 2);
  const Interval interval = interval_of(first, second);
  const double t3 = 3.182446305284263;  // 97.5 % point of Student's t with 3 degrees of freedom, from tables
  EXPECT_NEAR(interval.low, 1 - t3 * result.standard_error, 1e-9);
  EXPECT_NEAR(interval.high, 1 + t3 * result.standard_error, 1e-9);
}

TEST(Compare, IsAntisymmetric) {
  Rng rng(3);
  for (int i = 0; i < 1000; ++i) {
    std::vector<double> first(2 + rng.below(20));
    std::vector<double> second(first.size());
    for (double& value : first) value = rng.uniform();
    for (double& value : second) value = rng.uniform();
    const Comparison forth = compare(first, second, 0.1);
    const Comparison back = compare(second, first, 0.1);
    EXPECT_EQ(forth.wins, back.losses);
    EXPECT_EQ(forth.ties, back.ties);
    EXPECT_EQ(forth.wins + forth.ties + forth.losses, static_cast<int>(first.size()));
    EXPECT_EQ(forth.difference, -back.difference);
    EXPECT_EQ(interval_of(first, second).low, -interval_of(second, first).high);
  }
}

// With normal differences the interval is exact: it misses the truth in 5 % of the cases.
TEST(Compare, IntervalCoversTheTruthAsOftenAsItSays) {
  Rng rng(4);
  int covered = 0;
  constexpr int trials = 4000;
  for (int i = 0; i < trials; ++i) {
    std::vector<double> first(5);
    std::vector<double> second(5);
    for (double& value : first) value = rng.normal(0.3, 1);
    for (double& value : second) value = rng.normal(0, 0.5);
    const Interval interval = interval_of(first, second);
    covered += interval.low <= 0.3 && 0.3 <= interval.high;
  }
  EXPECT_NEAR(covered / static_cast<double>(trials), 0.95, 0.012);
}

TEST(Compare, ToleratesTiesAndHasNoIntervalForOnePair) {
  EXPECT_EQ(compare(std::vector{1.0}, std::vector{1.05}, 0.1).ties, 1);
  EXPECT_FALSE(compare(std::vector{1.0}, std::vector{2.0}).interval);
  EXPECT_EQ(compare({}, {}).difference, 0.0);
}

TEST(Compare, RefusesUnequalLengthsAndWhatIsNotFinite) {
  EXPECT_THROW(static_cast<void>(compare(std::vector{1.0}, {})), Error);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(static_cast<void>(compare(std::vector{1.0, nan}, std::vector{1.0, 1.0})), Error);
}

}  // namespace
}  // namespace mls::score
