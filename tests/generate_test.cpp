// Protocol `generate` through real sandboxes: rounds, fresh hosts, and what the call meter allows.
#include <gtest/gtest.h>

#include "tests/run_once.hpp"

namespace mls::evaluate {
namespace {

constexpr int rows = 5;
constexpr int width = 3;
constexpr int calls = 4;

task::Task rows_task(int rounds, bool fresh, int allowed_calls) {
  task::Task task;
  task.folder = default_places().root / "tests" / "tasks" / "generate-rows";
  task.id = "generate-rows";
  task.limits = {.wall_s = 20, .cpu_s = 10, .memory_mb = 256};
  task::Setting setting;
  setting.id = "rows";
  setting.params = {
      {"rows", rows}, {"width", width}, {"calls", allowed_calls}, {"rounds", rounds}, {"fresh", fresh}};
  task.settings.push_back(setting);
  return task;
}

RunRecord judged(const std::string& method, int rounds = 1, bool fresh = false, int allowed_calls = calls) {
  return run_once(rows_task(rounds, fresh, allowed_calls), method);
}

void expect_violation(const RunRecord& record, const std::string& part) {
  EXPECT_EQ(record.status, Status::protocol_violation);
  EXPECT_NE(record.message.find(part), std::string::npos) << record.message;
}

TEST(Generate, EveryRowHasItsCalls) {
  const RunRecord record = judged("method.cpp");
  ASSERT_EQ(record.status, Status::ok) << record.message;
  EXPECT_EQ(record.metrics.at("calls"), rows * calls);
  EXPECT_EQ(record.metrics.at("sum"), (rows * width - 1) * (0.5 + calls) + 1);
}

TEST(Generate, RoundsShareAHostUnlessItIsFresh) {
  const RunRecord shared = judged("method.cpp", 3);
  ASSERT_EQ(shared.status, Status::ok) << shared.message;
  EXPECT_EQ(shared.metrics.at("first"), 3);
  EXPECT_EQ(shared.metrics.at("calls"), 3 * rows * calls);
  const RunRecord fresh = judged("method.cpp", 3, true);
  ASSERT_EQ(fresh.status, Status::ok) << fresh.message;
  EXPECT_EQ(fresh.metrics.at("first"), 1);
}

TEST(Generate, CallsMayBeLeftUnused) {
  const RunRecord record = judged("methods/silent.cpp");
  ASSERT_EQ(record.status, Status::ok) << record.message;
  EXPECT_EQ(record.metrics.at("calls"), 0);
  EXPECT_EQ(record.metrics.at("sum"), rows * width * 0.5);
}

TEST(Generate, NoRowGetsTheCallsOfOthers) {
  const RunRecord record = judged("methods/one_row.cpp");
  ASSERT_EQ(record.status, Status::ok) << record.message;
  EXPECT_EQ(record.metrics.at("calls"), calls);
}

TEST(Generate, WithoutAModelThereIsNothingToAsk) {
  EXPECT_EQ(judged("methods/silent.cpp", 1, false, 0).status, Status::ok);
  expect_violation(judged("method.cpp", 1, false, 0), "no model");
}

TEST(Generate, WhatIsMalformedIsNamed) {
  expect_violation(judged("methods/no_such_row.cpp"), "row -1");
  expect_violation(judged("methods/asks_nan.cpp"), "'x'");
  expect_violation(judged("methods/makes_nan.cpp"), "'samples'");
  expect_violation(judged("methods/unsaid.cpp"), "'add'");
}

}  // namespace
}  // namespace mls::evaluate
