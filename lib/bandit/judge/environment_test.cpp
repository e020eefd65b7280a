#include "lib/bandit/judge/environment.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mls::bandit {
namespace {

Streams streams(std::uint64_t seed) { return {Rng(seed).split(1), Rng(seed).split(2), Rng(seed).split(3)()}; }

DriftSpec third_changes() {
  return {.arms = 30, .horizon = 8000, .low = 0, .high = 0.5, .changes = 8, .changed = 10};
}

TEST(DriftingArms, StationaryMeansStayInRange) {
  DriftingArms arms({.arms = 10, .horizon = 100, .low = 0.02, .high = 0.1}, streams(1));
  arms.advance();
  const std::vector<double> first(arms.means().begin(), arms.means().end());
  for (const double mean : first) {
    EXPECT_GE(mean, 0.02);
    EXPECT_LT(mean, 0.10);
  }
  for (int t = 1; t < 100; ++t) {
    arms.advance();
    EXPECT_TRUE(std::equal(first.begin(), first.end(), arms.means().begin()));
  }
  EXPECT_TRUE(arms.context().empty());
}

TEST(DriftingArms, GapsAreToTheBestArm) {
  DriftingArms arms(third_changes(), streams(2));
  for (int t = 0; t < 8000; ++t) {
    arms.advance();
    const double best = *std::max_element(arms.means().begin(), arms.means().end());
    for (int a = 0; a < 30; ++a) ASSERT_EQ(arms.gap(a), best - arms.means()[static_cast<std::size_t>(a)]);
  }
}

TEST(DriftingArms, AChangeRedrawsExactlyTheNamedNumberOfArms) {
  DriftingArms arms(third_changes(), streams(8));  // no two change points in one round
  std::vector<double> before(30);
  std::vector<std::int64_t> seen;
  for (std::int64_t t = 0; t < 8000; ++t) {
    arms.advance();
    int changed = 0;
    for (std::size_t a = 0; a < 30; ++a) changed += arms.means()[a] != before[a] ? 1 : 0;
    if (changed > 0) {
      seen.push_back(t);
      EXPECT_EQ(changed, t == 0 ? 30 : 10);
    }
    before.assign(arms.means().begin(), arms.means().end());
  }
  EXPECT_TRUE(std::equal(seen.begin(), seen.end(), arms.starts().begin(), arms.starts().end()));
}

TEST(DriftingArms, NumberOfChangesIsPoisson) {
  constexpr int draws = 4000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < draws; ++i) {
    const DriftingArms arms({.arms = 5, .horizon = 5000, .changes = 5, .changed = 5},
                            streams(static_cast<std::uint64_t>(i)));
    const double changes = static_cast<double>(arms.starts().size()) - 1;
    sum += changes;
    squares += changes * changes;
  }
  const double mean = sum / draws;
  EXPECT_NEAR(mean, 5, 4 * std::sqrt(5.0 / draws));
  EXPECT_NEAR(squares / draws - mean * mean, 5, 0.5);
}

TEST(DriftingArms, RewardsAreCoinsOfTheMean) {
  constexpr int horizon = 40000;
  DriftingArms arms({.arms = 3, .horizon = horizon}, streams(4));
  std::vector<double> sums(3);
  for (int t = 0; t < horizon; ++t) {
    arms.advance();
    for (int a = 0; a < 3; ++a) {
      const double reward = arms.reward(a);
      ASSERT_TRUE(reward == 0 || reward == 1);
      sums[static_cast<std::size_t>(a)] += reward;
    }
  }
  for (std::size_t a = 0; a < 3; ++a)
    EXPECT_NEAR(sums[a] / horizon, arms.means()[a], 4 * 0.5 / std::sqrt(horizon));
}

TEST(Environment, RewardsDoNotDependOnWhatIsPlayed) {
  DriftingArms one(third_changes(), streams(5));
  DriftingArms other(third_changes(), streams(5));
  for (int t = 0; t < 2000; ++t) {
    one.advance();
    other.advance();
    const int arm = t % 30;
    const double reward = one.reward(arm);
    if (t % 3 == 0) (void)other.reward((arm + 7) % 30);
    ASSERT_EQ(other.reward(arm), reward);
    ASSERT_EQ(one.reward(arm), reward);
  }
}

TEST(LinearArms, UnitVectorsAndLinearMeans) {
  LinearArms arms({.arms = 5, .dim = 10, .slope = 0.4}, streams(6));
  const auto thetas = arms.thetas();
  for (int t = 0; t < 200; ++t) {
    arms.advance();
    const auto x = arms.context();
    ASSERT_EQ(x.size(), 10U);
    EXPECT_NEAR(std::inner_product(x.begin(), x.end(), x.begin(), 0.0), 1, 1e-12);
    for (std::size_t a = 0; a < 5; ++a) {
      const auto theta = thetas.subspan(a * 10, 10);
      EXPECT_NEAR(std::inner_product(theta.begin(), theta.end(), theta.begin(), 0.0), 1, 1e-12);
      const double product = std::inner_product(theta.begin(), theta.end(), x.begin(), 0.0);
      EXPECT_DOUBLE_EQ(arms.means()[a], 0.5 + 0.4 * product);
    }
  }
}

TEST(LinearArms, SteepSlopesAreClipped) {
  LinearArms arms({.arms = 5, .dim = 2, .slope = 3}, streams(7));
  bool clipped = false;
  for (int t = 0; t < 100; ++t) {
    arms.advance();
    for (const double mean : arms.means()) {
      ASSERT_GE(mean, 0);
      ASSERT_LE(mean, 1);
      clipped = clipped || mean == 0 || mean == 1;
    }
  }
  EXPECT_TRUE(clipped);
}

}  // namespace
}  // namespace mls::bandit
