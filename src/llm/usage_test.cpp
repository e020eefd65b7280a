#include "llm/usage.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace mls::llm {
namespace {

const Traffic traffic{40000, 4000, 2000};

TEST(Usage, IsPricedByKind) {
  const Prices prices{2, 10, 0.5, 2.5};
  EXPECT_DOUBLE_EQ(cost_usd({1'000'000, 100'000, 0, 0}, prices), 3.0);
  EXPECT_DOUBLE_EQ(cost_usd({1'000'000, 0, 400'000, 200'000}, prices), 0.8 + 0.2 + 0.5);
  EXPECT_DOUBLE_EQ(cost_usd({}, prices), 0);
}

TEST(Usage, PossibleClaimsAreBelieved) {
  std::vector<std::string> doubts;
  const Usage usage = believable({11000, 900, 6000, 1000}, traffic, doubts);
  EXPECT_EQ(usage.prompt, 11000);
  EXPECT_EQ(usage.completion, 900);
  EXPECT_EQ(usage.cached, 6000);
  EXPECT_EQ(usage.cache_written, 1000);
  EXPECT_TRUE(doubts.empty()) << doubts.front();
  EXPECT_EQ(believable({11000, 2000, {}, {}}, traffic, doubts).completion, 2000) << "thoughts are not shown";
  EXPECT_TRUE(doubts.empty());
}

TEST(Usage, ImpossibleClaimsAreEstimatedAndNamed) {
  constexpr auto huge = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t lie :
       {std::int64_t{0}, std::int64_t{-5}, std::int64_t{10}, std::int64_t{100000}, huge}) {
    std::vector<std::string> doubts;
    const Usage usage = believable({lie, lie, {}, {}}, traffic, doubts);
    EXPECT_EQ(usage.prompt, 10000) << lie;
    EXPECT_EQ(usage.completion, 1000) << lie;
    ASSERT_EQ(doubts.size(), 2U) << lie;
    EXPECT_NE(doubts[0].find(std::to_string(lie)), std::string::npos) << doubts[0];
  }
  for (const std::int64_t lie : {std::int64_t{-1}, std::int64_t{11001}, huge}) {
    std::vector<std::string> doubts;
    const Usage usage = believable({11000, 900, lie, lie}, traffic, doubts);
    EXPECT_EQ(usage.cached, 0);
    EXPECT_EQ(usage.cache_written, 0);
    EXPECT_EQ(doubts.size(), 2U);
  }
}

TEST(Usage, WhatIsNotToldIsEstimated) {
  std::vector<std::string> doubts;
  const Usage usage = believable({}, traffic, doubts);
  EXPECT_EQ(usage.prompt, 10000);
  EXPECT_EQ(usage.completion, 1000);
  EXPECT_EQ(doubts.size(), 2U);
}

}  // namespace
}  // namespace mls::llm
