#include <fmt/format.h>
#include <gtest/gtest.h>

#include <sstream>

#include "cli/live_line.hpp"
#include "cli/suite_progress.hpp"
#include "cli/suite_report.hpp"
#include "cli/trial_table.hpp"
#include "store/testing.hpp"
#include "trial/agent.hpp"

namespace mls::cli {
namespace {

using trial::TrialState;
using Stage = TrialState::Stage;

TrialState state_of(Stage stage, int tests = 0, int repeated = 0) {
  TrialState state;
  state.stage = stage;
  state.progress.granted = 9;
  state.progress.tests = tests;
  state.progress.repeated = repeated;
  return state;
}

TEST(SuiteProgress, CountsTrials) {
  EXPECT_EQ(counts_text({state_of(Stage::done), state_of(Stage::running), state_of(Stage::failed),
                         state_of(Stage::waiting)}),
            "1 of 4 done, 1 running, 1 failed");
}

TEST(SuiteProgress, TheTimeLeftFollowsFromWhatWasDoneNow) {
  EXPECT_EQ(seconds_left({state_of(Stage::waiting)}, 10), 0) << "nothing is known yet";
  EXPECT_DOUBLE_EQ(seconds_left({state_of(Stage::done), state_of(Stage::waiting)}, 10), 10);
  // Half a trial in ten seconds, half of it and a whole one to go.
  EXPECT_DOUBLE_EQ(seconds_left({state_of(Stage::running, 5), state_of(Stage::waiting)}, 10), 30);
  // Of these five tests four were known: a tenth in ten seconds.
  EXPECT_DOUBLE_EQ(seconds_left({state_of(Stage::running, 5, 4)}, 10), 50);
  TrialState earlier = state_of(Stage::done);
  earlier.outcome.earlier = true;
  EXPECT_DOUBLE_EQ(seconds_left({earlier, state_of(Stage::failed), state_of(Stage::running, 5)}, 10), 10);
}

TrialState running(const std::string& task, int actions, int tests) {
  TrialState state = state_of(Stage::running, tests);
  state.task = task;
  state.progress.actions = actions;
  state.progress.budget = trial::Budget{"full", 20, 3, 3600.0};
  return state;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST(TrialTable, EveryTrialIsARowThatSaysWhatItDoes) {
  const auto now = std::chrono::steady_clock::now();
  TrialState works = running("works", 5, 2);
  works.progress.best = 0.512;
  works.progress.seconds = 600;
  works.progress.told = now - std::chrono::seconds(60);
  TrialState tests = running("tests", 1, 0);
  tests.progress.testing = true;
  tests.progress.runs_done = 3;
  tests.progress.runs = 9;
  TrialState queues = tests;
  queues.task = "queues";
  queues.stalled = true;
  queues.progress.told = now - std::chrono::seconds(60);
  TrialState scores = running("scores", 8, 3);
  scores.progress.submitting = true;
  TrialState failed = state_of(Stage::failed);
  failed.task = "fails";
  TrialState waits = state_of(Stage::waiting);
  waits.task = "waits";
  const auto lines = lines_of(trial_table({works, tests, queues, scores, failed, waits}, now, 20));
  ASSERT_EQ(lines.size(), 8U);
  const auto row = [&](std::size_t i, const std::vector<std::string>& parts) {
    for (const std::string& part : parts)
      EXPECT_NE(lines[i].find(part), std::string::npos) << part << " in " << lines[i];
  };
  row(0, {"task", "state", "actions", "tests", "best visible", "time left"});
  row(2, {"works", "agent works", "5 of 20", "2 of 3", "51.2", "49 min"});
  row(3, {"tests", "test 1 3/9", "1 of 20", "0 of 3"});
  row(4, {"queues", "test 1 3/9, waits for a core", "60 min 00 s"});
  row(5, {"scores", "scoring"});
  EXPECT_EQ(lines[5].find("min"), std::string::npos) << "scoring takes none of the agent's time";
  row(6, {"fails", "failed"});
  row(7, {"waits", "waiting"});
}

TEST(TrialTable, WhatDoesNotFitIsCounted) {
  std::vector<TrialState> states;
  for (int i = 0; i < 30; ++i) {
    states.push_back(i % 10 == 7 ? running(fmt::format("task-{}", i), 0, 0) : state_of(Stage::done));
    states.back().task = fmt::format("task-{}", i);
  }
  states[20].stage = Stage::waiting;
  const auto lines = lines_of(trial_table(states, {}, 8));
  ASSERT_EQ(lines.size(), 8U);
  std::string all;
  for (const auto& line : lines) all += line + "\n";
  for (const char* one : {"task-7 ", "task-17", "task-20", "task-27", "and 25 more"})
    EXPECT_NE(all.find(one), std::string::npos) << one << "\n" << all;
}

TEST(LiveLine, LinesAreCutToTheScreen) {
  EXPECT_EQ(fitted("one\ntwo\nthree", {2, 80}), "one\ntwo");
  EXPECT_EQ(fitted("0123456789\nshort", {5, 6}), "01234\nshort");
  EXPECT_EQ(fitted("abc\xc3\xa9"
                   "xy",
                   {1, 5}),
            "abc\xc3\xa9")
      << "no character is cut in two";
  EXPECT_EQ(fitted("", {3, 80}), "");
}

class SuiteReport : public ::testing::Test {
 protected:
  SuiteReport() : agent_(trial::make_agent("tuner", {})) {
    order_.agent = agent_.get();
    order_.label = "mine";
    order_.yardsticks = {store::testing::small_yardstick("one"), store::testing::small_yardstick("other")};
    TrialState done = state_of(Stage::done);
    done.task = "one";
    done.outcome.run = "run-1";
    done.outcome.tests = 9;
    done.outcome.first_test = 0.25;
    done.outcome.scored =
        store::score_of(order_.yardsticks[0], store::testing::evaluation_of(order_.yardsticks[0], 2));
    TrialState failed = state_of(Stage::failed);
    failed.task = "other";
    failed.message = "disk full";
    result_ = {"lite", &order_, {done, failed}};
  }

  std::unique_ptr<trial::Agent> agent_;
  trial::SuiteOrder order_;
  SuiteResult result_;
};

TEST_F(SuiteReport, JsonTellsOfEveryTrial) {
  const Json json = suite_json(result_);
  EXPECT_EQ(json.at("done"), 1);
  EXPECT_EQ(json.at("failed"), 1);
  EXPECT_EQ(json.at("label"), "mine");
  const Json& done = json.at("trials").at(0);
  EXPECT_EQ(done.at("state"), "done");
  EXPECT_EQ(done.at("first_test"), 25);
  EXPECT_TRUE(done.at("best_test").is_null());
  EXPECT_EQ(json.at("score"), done.at("score")) << "the mean is over what has a score";
  EXPECT_EQ(json.at("human_sota"), done.at("human_sota"));
  const Json& failed = json.at("trials").at(1);
  EXPECT_EQ(failed.at("state"), "failed");
  EXPECT_EQ(failed.at("message"), "disk full");
  for (const char* field : {"score", "score_se", "run", "trial", "method_sha256"})
    EXPECT_TRUE(failed.at(field).is_null()) << field;
}

TEST_F(SuiteReport, ConditionsAreSaidAndWithoutCapsNothingIsComparable) {
  EXPECT_EQ(suite_json(result_).at("conditions").at("context"), "baselines");
  EXPECT_EQ(suite_json(result_).at("comparable"), true);
  order_.conditions.context = trial::Conditions::Context::none;
  EXPECT_NE(suite_text(result_).find("recorded as \"mine\"; context none"), std::string::npos);
  order_.conditions.capacity = trial::Conditions::Capacity::off;
  EXPECT_EQ(suite_json(result_).at("conditions").at("capacity"), "off");
  EXPECT_EQ(suite_json(result_).at("comparable"), false);
  EXPECT_NE(suite_text(result_).find("NOT COMPARABLE"), std::string::npos);
}

TEST_F(SuiteReport, TheTableSaysWhatFailedAndWhy) {
  const std::string text = suite_text(result_);
  EXPECT_NE(text.find("tuner on lite, recorded as \"mine\""), std::string::npos) << text;
  EXPECT_NE(text.find("other: failed: disk full"), std::string::npos) << text;
  EXPECT_NE(text.find("2 tasks"), std::string::npos) << text;
}

}  // namespace
}  // namespace mls::cli
