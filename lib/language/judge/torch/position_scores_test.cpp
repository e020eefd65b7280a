#include "lib/language/judge/torch/position_scores.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "lib/language/judge/recall.hpp"

namespace mls::language {
namespace {

torch::Tensor tokens(const std::vector<std::int64_t>& values, std::int64_t length) {
  return torch::tensor(values).reshape({-1, length});
}

TEST(PositionScores, AreMeansOverWindowsAtEachPosition) {
  PositionScores scores(3);
  // Token 1 has four times the odds of token 0, everywhere.
  const torch::Tensor logits = torch::tensor({0.0F, std::log(4.0F)}).expand({2, 3, 2});
  scores.add(logits, tokens({1, 0, unmarked, 1, 1, unmarked}, 3));
  scores.add(logits.narrow(0, 0, 1), tokens({1, 0, unmarked}, 3));
  EXPECT_NEAR(scores.loss(0, 1), -std::log(0.8), 1e-6);
  EXPECT_EQ(scores.accuracy(0, 1), 1);
  EXPECT_NEAR(scores.loss(1, 2), -(2 * std::log(0.2) + std::log(0.8)) / 3, 1e-6);
  EXPECT_NEAR(scores.accuracy(1, 2), 1.0 / 3, 1e-12);
  EXPECT_NEAR(scores.loss(0, 3), -(4 * std::log(0.8) + 2 * std::log(0.2)) / 6, 1e-6);
  EXPECT_TRUE(std::isnan(scores.loss(2, 3)));
}

TEST(PositionScores, LogitsThatAreNotFiniteShow) {
  PositionScores scores(1);
  scores.add(torch::full({1, 1, 2}, std::numeric_limits<float>::quiet_NaN()), tokens({0}, 1));
  EXPECT_FALSE(std::isfinite(scores.loss(0, 1)));
}

}  // namespace
}  // namespace mls::language
