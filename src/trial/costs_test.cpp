#include "trial/costs.hpp"

#include <gtest/gtest.h>

namespace mls::trial {
namespace {

Json message(int prompt, int completion, const Json& usd) {
  Json usage{{"prompt_tokens", prompt}, {"completion_tokens", completion}, {"cached_tokens", 1}};
  if (!usd.is_null()) usage["cost_usd"] = usd;
  return {{"event", "message"}, {"from", "agent"}, {"usage", std::move(usage)}};
}

TEST(Costs, AreSummedOverTheLog) {
  const Json attempt{{"event", "retry"}, {"usage", {{"prompt_tokens", 5}, {"cost_usd", 0.5}}}};
  const auto costs =
      costs_in({{{"event", "created"}}, message(10, 2, 0.25), attempt, message(20, 3, 0.5), Json(3)});
  ASSERT_TRUE(costs);
  EXPECT_EQ(to_json(costs), (Json{{"turns", 2},
                                  {"tokens", {{"prompt", 35}, {"completion", 5}, {"cached", 2}}},
                                  {"cost_usd", 1.25}}));
  EXPECT_EQ(costs_text(*costs), "2 answers, 35 tokens read (2 from a cache), 5 written, $1.2500");
}

TEST(Costs, AreNotKnownWherePricesAreNot) {
  const auto costs = costs_in({message(10, 2, nullptr)});
  ASSERT_TRUE(costs);
  EXPECT_EQ(to_json(costs).at("cost_usd"), nullptr);
  EXPECT_NE(costs_text(*costs).find("1 answer, 10 tokens read (1 from a cache), 2 written, cost not known"),
            std::string::npos);
  EXPECT_FALSE(costs_in({{{"event", "created"}}, {{"event", "test"}}}));
  EXPECT_EQ(to_json(std::nullopt).at("tokens"), nullptr);
}

TEST(Costs, NonsenseCountsForNothing) {
  const auto costs = costs_in({{{"event", 3}, {"usage", {{"prompt_tokens", "many"}, {"cost_usd", nullptr}}}},
                               {{"usage", 5}},
                               {{"event", "message"}, {"usage", {{"completion_tokens", -1e300}}}}});
  ASSERT_TRUE(costs);
  EXPECT_EQ(costs->completion_tokens, 0);
  EXPECT_FALSE(costs->usd);
}

}  // namespace
}  // namespace mls::trial
