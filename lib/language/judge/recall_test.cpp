#include "lib/language/judge/recall.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <stdexcept>

namespace mls::language {
namespace {

constexpr RecallSpec small{.keys = 9, .values = 5, .pairs = 6, .queries = 4};

TEST(Recall, AnswersAreTheValuesOfTheKeysAskedFor) {
  const Recall recall(small, Rng(1));
  Rng rng(2);
  const Windows windows = recall.batch(50, rng);
  ASSERT_EQ(windows.length, 20);
  ASSERT_EQ(windows.tokens.size(), 1000U);
  for (std::size_t row = 0; row < 50; ++row) {
    const auto token = [&](std::size_t i) { return windows.tokens[row * 20 + i]; };
    const auto next = [&](std::size_t i) { return windows.next[row * 20 + i]; };
    std::map<std::int64_t, std::int64_t> value_of;
    for (std::size_t k = 0; k < 6; ++k) {
      EXPECT_TRUE(value_of.emplace(token(2 * k), token(2 * k + 1)).second) << "a key stands twice";
      EXPECT_EQ(next(2 * k), unmarked);
      EXPECT_EQ(next(2 * k + 1), unmarked);
    }
    std::set<std::int64_t> asked;
    for (std::size_t k = 6; k < 10; ++k) {
      EXPECT_TRUE(asked.insert(token(2 * k)).second) << "a key is asked for twice";
      EXPECT_EQ(next(2 * k), value_of.at(token(2 * k)));
      EXPECT_EQ(token(2 * k + 1), value_of.at(token(2 * k)));
      EXPECT_EQ(next(2 * k + 1), unmarked);
    }
  }
}

TEST(Recall, KeysAndValuesAreDifferentSymbolsThatAllOccur) {
  const Recall recall(small, Rng(1));
  Rng rng(2);
  const Windows windows = recall.batch(200, rng);
  std::set<std::int64_t> keys;
  std::set<std::int64_t> values;
  for (std::size_t i = 0; i < windows.tokens.size(); ++i)
    (i % 2 == 0 ? keys : values).insert(windows.tokens[i]);
  EXPECT_EQ(keys.size(), 9U);
  EXPECT_EQ(values.size(), 5U);
  std::set<std::int64_t> all = keys;
  all.insert(values.begin(), values.end());
  EXPECT_EQ(all.size(), 14U);
  EXPECT_EQ(*all.rbegin(), recall.vocabulary() - 1);
}

TEST(Recall, NumbersDifferFromSettingToSetting) {
  Rng one(3);
  Rng other(3);
  EXPECT_NE(Recall(small, Rng(1)).batch(1, one).tokens, Recall(small, Rng(2)).batch(1, other).tokens);
}

TEST(Recall, RefusesWhatCannotBeDrawn) {
  EXPECT_THROW(Recall({.keys = 5, .pairs = 6}, Rng(1)), std::invalid_argument);
  EXPECT_THROW(Recall({.pairs = 6, .queries = 7}, Rng(1)), std::invalid_argument);
}

}  // namespace
}  // namespace mls::language
