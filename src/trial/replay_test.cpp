#include "trial/replay.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace mls::trial {
namespace {

using evaluate::Status;

/// A task whose metric `speed` is measured by a clock; `b` does without it.
task::Task timed_task() {
  task::Task task;
  task.metrics.resize(2);
  task.metrics[0].id = "error";
  task.metrics[1].id = "speed";
  task.metrics[1].timed = true;
  task.settings.resize(2);
  task.settings[0].id = "a";
  task.settings[0].terms = {{"speed", 1, task::Transform::identity, std::nullopt}};
  task.settings[1].id = "b";
  task.settings[1].terms = {{"error", 1, task::Transform::identity, std::nullopt}};
  return task;
}

task::Task untimed_task() {
  task::Task task = timed_task();
  task.metrics[1].timed = false;
  return task;
}

TestReport report() {
  TestReport report;
  report.score = 0.5;
  report.settings = {{"a", 0.4}, {"b", 0.6}};
  report.metrics = {{"a", {{"error", 0.1}, {"speed", 3}}}, {"b", {{"error", 0.2}, {"speed", 4}}}};
  return report;
}

evaluate::Evaluation evaluation() {
  evaluate::Evaluation evaluation;
  for (const char* setting : {"a", "b"}) {
    evaluate::RunRecord run;
    run.setting = setting;
    run.status = Status::ok;
    run.metrics = {{"error", 0.1}, {"speed", 3}};
    evaluation.runs.push_back(run);
  }
  return evaluation;
}

using Change = std::function<void(TestReport&)>;
Comparison after(const task::Task& task, const Change& change) {
  TestReport before = report();
  change(before);
  return compared(task, before, report());
}

TEST(Replay, ComparesEverythingOfATestToTheBit) {
  EXPECT_TRUE(after(untimed_task(), [](auto&) {}).differences.empty());
  EXPECT_TRUE(after(untimed_task(), [](auto&) {}).not_compared.empty());
  const std::vector<Change> changes{
      [](TestReport& one) { one.score = 0.50000001; },
      [](TestReport& one) { one.score.reset(); },
      [](TestReport& one) { one.status = Status::crash; },
      [](TestReport& one) { one.settings[0].second = 0.41; },
      [](TestReport& one) { one.settings.pop_back(); },
      [](TestReport& one) { one.metrics[0].second["speed"] = 3.5; },
      [](TestReport& one) { one.metrics[1].second.erase("error"); },
      [](TestReport& one) { one.metrics.pop_back(); },
  };
  for (const Change& change : changes)
    EXPECT_EQ(after(untimed_task(), change).differences.size(), 1U) << &change - changes.data();
}

TEST(Replay, LeavesOutOfATestWhatAClockMeasuresAndSaysSo) {
  const Comparison faster = after(timed_task(), [](TestReport& one) {
    one.score = 0.9;
    one.settings[0].second = 0.8;
    one.metrics[0].second["speed"] = 30;
  });
  EXPECT_TRUE(faster.differences.empty()) << faster.differences.front();
  EXPECT_EQ(faster.not_compared, (std::vector<std::string>{"score", "metric speed", "score of a"}));
  const std::vector<Change> changes{
      [](TestReport& one) { one.score.reset(); },
      [](TestReport& one) { one.settings[1].second = 0.61; },
      [](TestReport& one) { one.metrics[0].second["error"] = 0.11; },
      [](TestReport& one) { one.metrics[0].second.erase("speed"); },
      [](TestReport& one) { one.metrics.pop_back(); },
  };
  for (const Change& change : changes)
    EXPECT_EQ(after(timed_task(), change).differences.size(), 1U) << &change - changes.data();
}

TEST(Replay, AScoreIsExcusedByNoClockWhereARunFailed) {
  TestReport failed = report();
  failed.status = Status::crash;
  failed.score = 0;
  const Comparison claimed = compared(timed_task(), report(), failed);
  EXPECT_EQ(claimed.differences,
            (std::vector<std::string>{"score 50.000000, now 0.000000", "status ok, now crash"}));
}

TEST(Replay, ComparesEveryRun) {
  const auto differences = [](const task::Task& task, const auto& change) {
    evaluate::Evaluation before = evaluation();
    change(before.runs);
    return compared(task, before, evaluation()).differences;
  };
  for (const task::Task& task : {timed_task(), untimed_task()}) {
    EXPECT_TRUE(differences(task, [](auto&) {}).empty());
    EXPECT_EQ(differences(task, [](auto& runs) { runs.pop_back(); }).at(0), "1 runs, now 2");
    EXPECT_EQ(differences(task, [](auto& runs) { runs[1].status = Status::oom; }).at(0),
              "b seed 0: oom, now ok");
    EXPECT_EQ(differences(task, [](auto& runs) { runs[0].metrics["error"] = 0.2; }).at(0),
              "a seed 0: error 0.2, now 0.1");
    EXPECT_EQ(differences(task, [](auto& runs) { runs[0].metrics["luck"] = 1; }).size(), 1U);
    EXPECT_EQ(differences(task, [](auto& runs) { runs[0].seed = 1; }).size(), 1U);
  }
  const auto faster = [](auto& runs) { runs[0].metrics["speed"] = 9; };
  EXPECT_EQ(differences(untimed_task(), faster).size(), 1U);
  EXPECT_TRUE(differences(timed_task(), faster).empty());
  EXPECT_EQ(compared(timed_task(), evaluation(), evaluation()).not_compared,
            std::vector<std::string>{"metric speed"});
}

}  // namespace
}  // namespace mls::trial
