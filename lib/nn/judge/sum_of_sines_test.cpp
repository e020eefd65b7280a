#include "lib/nn/judge/sum_of_sines.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace mls::nn {
namespace {

TEST(SumOfSines, DrawsRowsInTheCubeAndOneValueEach) {
  Rng rng(1);
  const SumOfSines target(4, 8, rng);
  const RegressionRows rows = target.draw(500, rng);
  ASSERT_EQ(rows.x.size(), 2000U);
  ASSERT_EQ(rows.y.size(), 500U);
  EXPECT_TRUE(std::ranges::all_of(rows.x, [](float v) { return v >= -2 && v < 2; }));
  EXPECT_GT(*std::ranges::max_element(rows.y), 0.1F);
}

TEST(SumOfSines, TargetIsAFunctionOfTheInput) {
  Rng rng(1);
  const SumOfSines target(1, 3, rng);
  Rng one(7);
  Rng two(7);
  EXPECT_EQ(target.draw(20, one).y, target.draw(20, two).y);
}

}  // namespace
}  // namespace mls::nn
