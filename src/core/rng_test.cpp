#include "core/rng.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <set>

namespace mls {
namespace {

template <typename Draw>
std::pair<double, double> moments(Draw draw, int count = 200000) {
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < count; ++i) {
    const double x = draw();
    sum += x;
    squares += x * x;
  }
  const double mean = sum / count;
  return {mean, squares / count - mean * mean};
}

// Reference: xoshiro256++ by Blackman & Vigna, state {1, 2, 3, 4} gives 41943041 first. Our seeding goes
// through splitmix64, whose first outputs for seed 0 are published; the stream is then fixed. A change here
// changes every verdict.
TEST(Rng, StreamIsFixed) {
  Rng rng(0);
  const std::array<std::uint64_t, 4> first{rng(), rng(), rng(), rng()};
  Rng again(0);
  for (const std::uint64_t word : first) EXPECT_EQ(again(), word);
  EXPECT_NE(Rng(1)(), first[0]);
  EXPECT_EQ(first[0], 0x53175d61490b23dfULL);  // splitmix64(0) state, as in the authors' reference code
}

TEST(Rng, DistributionsHaveTheirMoments) {
  Rng rng(3);
  const auto near = [](std::pair<double, double> got, double mean, double variance) {
    EXPECT_NEAR(got.first, mean, 0.02);
    EXPECT_NEAR(got.second, variance, 0.05);
  };
  near(moments([&] { return rng.uniform(); }), 0.5, 1.0 / 12);
  near(moments([&] { return rng.normal(); }), 0, 1);
  near(moments([&] { return rng.exponential(); }), 1, 1);
  near(moments([&] { return rng.gamma(2.5); }), 2.5, 2.5);
  near(moments([&] { return rng.gamma(0.3); }), 0.3, 0.3);
  near(moments([&] { return rng.beta(2, 3); }), 0.4, 0.04);
  near(moments([&] { return static_cast<double>(rng.below(6)); }), 2.5, 35.0 / 12);
}

TEST(Rng, PermutationsAreComplete) {
  Rng rng(4);
  const std::vector<int> order = rng.permutation(100);
  EXPECT_EQ(std::set<int>(order.begin(), order.end()).size(), 100U);
  EXPECT_NE(order, rng.permutation(100));
}

TEST(Rng, SplitsDifferAndLeaveTheParentAlone) {
  Rng parent(5);
  Rng copy = parent;
  Rng a = parent.split(0);
  Rng b = parent.split(1);
  EXPECT_NE(a(), b());
  EXPECT_EQ(parent(), copy());
}

}  // namespace
}  // namespace mls
