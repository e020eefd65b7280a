#include "trial/atif.hpp"

#include <gtest/gtest.h>

#include <set>

namespace mls::trial {
namespace {

Json created(const std::string& agent) {
  return {{"time", "2026-01-31T12:00:00Z"},
          {"event", "created"},
          {"task", "ml-calibration"},
          {"agent", agent},
          {"settings", {{"tier", "lite"}}},
          {"label", "mine"},
          {"budget", {{"tier", "lite"}, {"tests", 1}}}};
}

std::vector<std::string> sources(const Json& trajectory) {
  std::vector<std::string> found;
  for (const Json& step : trajectory.at("steps")) found.push_back(step.at("source"));
  return found;
}

/// The rules of ATIF that a type does not say.
void expect_valid(const Json& trajectory) {
  ASSERT_FALSE(trajectory.at("steps").empty());
  std::size_t number = 0;
  for (const Json& step : trajectory.at("steps")) {
    EXPECT_EQ(step.at("step_id"), ++number);
    EXPECT_TRUE(step.at("message").is_string());
    std::set<std::string> asked;
    if (step.at("source") != "agent") {
      for (const char* only : {"model_name", "reasoning_content", "tool_calls", "metrics"})
        EXPECT_FALSE(step.contains(only)) << step;
    }
    if (step.contains("tool_calls")) {
      for (const Json& call : step.at("tool_calls")) {
        asked.insert(call.at("tool_call_id"));
        EXPECT_TRUE(call.at("arguments").is_object()) << call;
      }
    }
    if (!step.contains("observation")) continue;
    for (const Json& result : step.at("observation").at("results"))
      EXPECT_TRUE(asked.contains(result.at("source_call_id"))) << step;
  }
  EXPECT_EQ(trajectory.at("final_metrics").at("total_steps"), number);
}

TEST(Atif, SaysUnderWhichConditions) {
  Json begin = created("command");
  begin["conditions"] = {{"context", "none"}};
  const Json trajectory = atif_trajectory("ml-calibration-command-0", {begin});
  EXPECT_EQ(trajectory.at("agent").at("extra").at("conditions").at("context"), "none");
}

TEST(Atif, StepsOfAProgramAreCallsAtItsDesk) {
  const Json trajectory = atif_trajectory(
      "ml-calibration-command-0",
      {created("command"),
       {{"event", "note"}, {"text", "a thought"}, {"time", "2026-01-31T12:00:05Z"}},
       {{"event", "edit"}, {"method_sha256", "abc"}, {"diff", "@@ -1 +1 @@\n-a\n+b\n"}},
       {{"event", "test"},
        {"number", 1},
        {"method_sha256", "abc"},
        {"status", "ok"},
        {"score", 0.5},
        {"note", "try"},
        {"used", {{"tests", 1}}}},
       {{"event", "clock"}},
       {{"event", "refused"}, {"request", "test"}, {"reason", "budget"}, {"message", "no test is left"}},
       {{"event", "submission"}, {"method_sha256", "abc"}},
       {{"event", "submitted"}, {"run", "20260131T120000Z-ml-calibration-00000000"}}});
  expect_valid(trajectory);
  EXPECT_EQ(trajectory.at("schema_version"), "ATIF-v1.7");
  EXPECT_EQ(trajectory.at("session_id"), "ml-calibration-command-0");
  EXPECT_EQ(trajectory.at("agent").at("name"), "command");
  EXPECT_EQ(trajectory.at("agent").at("extra").at("label"), "mine");
  EXPECT_EQ(sources(trajectory),
            (std::vector<std::string>{"system", "agent", "agent", "agent", "agent", "agent", "system"}));
  const Json& steps = trajectory.at("steps");
  EXPECT_EQ(steps[0].at("timestamp"), "2026-01-31T12:00:00Z");
  EXPECT_EQ(steps[1].at("tool_calls")[0].at("arguments"), (Json{{"text", "a thought"}}));
  EXPECT_EQ(steps[2].at("tool_calls")[0].at("function_name"), "edit");
  EXPECT_EQ(steps[2].at("tool_calls")[0].at("arguments").at("diff"), "@@ -1 +1 @@\n-a\n+b\n");
  EXPECT_EQ(steps[3].at("tool_calls")[0].at("arguments"), (Json{{"method_sha256", "abc"}, {"note", "try"}}));
  EXPECT_NE(
      steps[3].at("observation").at("results")[0].at("content").get<std::string>().find("ok, score 50.0"),
      std::string::npos);
  EXPECT_EQ(steps[3].at("extra").at("events")[0].at("score"), 0.5);
  EXPECT_EQ(steps[4].at("tool_calls")[0].at("function_name"), "test");
  EXPECT_EQ(trajectory.at("final_metrics").at("extra"),
            (Json{{"used", {{"tests", 1}}}, {"run", "20260131T120000Z-ml-calibration-00000000"}}));
}

TEST(Atif, WhatAModelSaysIsAStepWithItsCallsAndTheirResults) {
  const Json usage{
      {"prompt_tokens", 100}, {"completion_tokens", 7}, {"cached_tokens", 60}, {"cost_usd", 0.25}};
  const Json trajectory = atif_trajectory(
      "t", {created("llm"),
            {{"event", "message"}, {"from", "system"}, {"text", "be good"}},
            {{"event", "message"}, {"from", "user"}, {"text", "begin"}},
            {{"event", "message"},
             {"from", "agent"},
             {"text", "I test"},
             {"reasoning", "because"},
             {"model", "m-1"},
             {"calls",
              {{{"id", "1"}, {"name", "test"}, {"arguments", {{"note", "x"}}}},
               {{"id", "2"}, {"name", "view"}, {"arguments", "not json"}}}},
             {"usage", usage}},
            {{"event", "edit"}, {"method_sha256", "abc"}, {"diff", "+b\n"}},
            {{"event", "tool_result"}, {"id", "1"}, {"name", "test"}, {"text", "good"}, {"error", false}},
            {{"event", "tool_result"}, {"id", "2"}, {"name", "view"}, {"text", "bad"}, {"error", true}},
            {{"event", "message"}, {"from", "agent"}, {"text", "done"}, {"usage", usage}},
            {{"event", "tool_result"}, {"id", "9"}, {"name", "?"}, {"text", "lost"}, {"error", true}}});
  expect_valid(trajectory);
  EXPECT_EQ(sources(trajectory),
            (std::vector<std::string>{"system", "system", "user", "agent", "agent", "system"}));
  EXPECT_EQ(trajectory.at("agent").at("model_name"), "m-1");
  const Json& step = trajectory.at("steps")[3];
  EXPECT_EQ(step.at("message"), "I test");
  EXPECT_EQ(step.at("reasoning_content"), "because");
  EXPECT_EQ(step.at("metrics"), usage);
  EXPECT_EQ(step.at("tool_calls")[0],
            (Json{{"tool_call_id", "1"}, {"function_name", "test"}, {"arguments", {{"note", "x"}}}}));
  EXPECT_EQ(step.at("tool_calls")[1].at("arguments"), (Json{{"malformed", "not json"}}));
  EXPECT_EQ(step.at("observation").at("results")[0], (Json{{"source_call_id", "1"}, {"content", "good"}}));
  EXPECT_EQ(step.at("observation").at("results")[1].at("extra"), (Json{{"error", true}}));
  EXPECT_EQ(step.at("extra").at("events")[0].at("diff"), "+b\n");
  const Json& final_metrics = trajectory.at("final_metrics");
  EXPECT_EQ(final_metrics.at("total_prompt_tokens"), 200);
  EXPECT_EQ(final_metrics.at("total_completion_tokens"), 14);
  EXPECT_EQ(final_metrics.at("total_cached_tokens"), 120);
  EXPECT_EQ(final_metrics.at("total_cost_usd"), 0.5);
}

TEST(Atif, WhatFailedAttemptsHaveCostIsInTheTotals) {
  const Json usage{{"prompt_tokens", 100}, {"completion_tokens", 7}, {"cost_usd", 0.25}};
  const Json trajectory =
      atif_trajectory("t", {created("llm"),
                            {{"event", "spent"}, {"why", "the model server broke off"}, {"usage", usage}},
                            {{"event", "message"}, {"from", "agent"}, {"text", "done"}, {"usage", usage}}});
  expect_valid(trajectory);
  EXPECT_NE(trajectory.at("steps")[1].at("message").get<std::string>().find("broke off"), std::string::npos);
  EXPECT_EQ(trajectory.at("final_metrics").at("total_prompt_tokens"), 200);
  EXPECT_EQ(trajectory.at("final_metrics").at("total_cost_usd"), 0.5);
}

TEST(Atif, AnyEventsGiveAValidTrajectory) {
  expect_valid(atif_trajectory("t", {}));
  const Json trajectory = atif_trajectory(
      "t", {3,
            Json::array(),
            {{"event", 7}, {"time", "yesterday"}},
            {{"event", "message"}, {"time", "2026-02-30T12:00:00Z"}, {"from", 5}, {"text", Json::array()}},
            {{"event", "message"},
             {"from", "agent"},
             {"calls", {nullptr, 4, {{"id", 5}}, {{"id", ""}, {"name", 3}, {"arguments", Json::array()}}}},
             {"usage", {{"prompt_tokens", -1}, {"completion_tokens", 1e300}, {"cost_usd", "dear"}}}},
            {{"event", "message"}, {"from", "agent"}, {"calls", "none"}, {"usage", 3}},
            {{"event", "test"}, {"settings", 3}, {"score", "x"}},
            {{"event", "tool_result"}}});
  expect_valid(trajectory);
  for (const Json& step : trajectory.at("steps")) {
    EXPECT_FALSE(step.contains("timestamp"));
    EXPECT_FALSE(step.contains("metrics"));
  }
}

}  // namespace
}  // namespace mls::trial
