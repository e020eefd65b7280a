#include "lib/language/judge/recall.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>

namespace mls::language {
namespace {

constexpr RecallSpec small{.keys = 3, .values = 4, .stores = 6, .queries = 5};

/// Stores, queries and answers are told apart by where they occur: queries have successors, answers are
/// successors.
TEST(Recall, SuccessorsOfQueriesSayWhatWasStoredLast) {
  const Recall recall(small, Rng(1));
  Rng rng(2);
  const Windows windows = recall.batch(2000, rng);
  ASSERT_EQ(windows.length, 11);
  std::set<std::int64_t> stores;
  std::set<std::int64_t> queries;
  std::set<std::int64_t> answers;
  // Which answer each store gives to each query, learnt from queries that follow a store at once.
  std::map<std::pair<std::int64_t, std::int64_t>, std::optional<std::int64_t>> says;
  for (std::size_t i = 0; i < windows.tokens.size(); ++i) {
    const bool first = i % 11 == 0;
    if (windows.next[i] == unmarked) {
      stores.insert(windows.tokens[i]);
    } else {
      ASSERT_FALSE(first) << "a sequence begins with a query";
      queries.insert(windows.tokens[i]);
      answers.insert(windows.next[i]);
      if (i % 11 == 1) says[{windows.tokens[i - 1], windows.tokens[i]}] = windows.next[i];
    }
  }
  EXPECT_EQ(stores.size(), 12U);
  EXPECT_EQ(queries.size(), 3U);
  EXPECT_EQ(answers.size(), 4U);
  // After one store only its own key can be asked for: twelve pairs, each with one answer.
  ASSERT_EQ(says.size(), 12U);
  for (std::size_t row = 0; row < 2000; ++row) {
    std::map<std::int64_t, std::int64_t> value_of;  // by query symbol
    for (std::size_t i = row * 11; i < row * 11 + 11; ++i) {
      if (windows.next[i] == unmarked) {
        for (const auto& [pair, answer] : says)
          if (pair.first == windows.tokens[i]) value_of[pair.second] = *answer;
      } else {
        EXPECT_EQ(windows.next[i], value_of.at(windows.tokens[i]));
      }
    }
  }
}

TEST(Recall, HasAsManyStoresAndQueriesAsAskedAndAllSymbols) {
  const Recall recall(small, Rng(1));
  EXPECT_EQ(recall.vocabulary(), 12 + 3 + 4);
  Rng rng(2);
  const Windows windows = recall.batch(10, rng);
  EXPECT_EQ(std::ranges::count(windows.next, unmarked), 60);
  EXPECT_LT(*std::ranges::max_element(windows.next), recall.vocabulary());
  EXPECT_GE(*std::ranges::min_element(windows.tokens), 0);
}

TEST(Recall, NumbersDifferFromSettingToSetting) {
  Rng one(3);
  Rng other(3);
  EXPECT_NE(Recall(small, Rng(1)).batch(1, one).tokens, Recall(small, Rng(2)).batch(1, other).tokens);
}

TEST(Recall, RefusesASpecWithoutKeys) { EXPECT_THROW(Recall({.keys = 0}, Rng(1)), std::invalid_argument); }

}  // namespace
}  // namespace mls::language
