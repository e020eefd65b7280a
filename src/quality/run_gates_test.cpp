#include "quality/run_gates.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "quality/testing.hpp"
#include "task/task_fixture.hpp"

namespace mls::quality {
namespace {

using evaluate::Status;
using testing::calibration_of;
using testing::good_task;

evaluate::RunRecord run_of(double regret, double host_s = 0.5, double judge_s = 0.25) {
  evaluate::RunRecord run;
  run.setting = "easy";
  run.status = Status::ok;
  run.metrics = {{"regret", regret}};
  run.cpu_s = host_s;
  run.judge_cpu_s = judge_s;
  return run;
}

evaluate::RunRecord failed(Status status, const std::string& message) {
  evaluate::RunRecord run;
  run.setting = "easy";
  run.status = status;
  run.message = message;
  return run;
}

bool mentions(const Gate& gate, const std::string& text) {
  return gate.detail.find(text) != std::string::npos;
}

TEST(ScopeGate, PassesWhenAllCompile) {
  const Gate gate = scope_gate({{"one", "", {}}, {"two", "", {}}});
  EXPECT_TRUE(gate.passed);
  EXPECT_EQ(gate.value, 2);
  EXPECT_EQ(gate.bound, 2);
}

TEST(ScopeGate, NamesWhatDoesNotCompileAndWhatReachesFurther) {
  const Gate gate = scope_gate({{"one", "method.cpp:3: no such thing\nmore", {}},
                                {"two", "", {"core/channel.hpp"}},
                                {"three", "", {}}});
  EXPECT_FALSE(gate.passed);
  EXPECT_EQ(gate.value, 1);
  EXPECT_TRUE(mentions(gate, "one does not compile: method.cpp:3: no such thing;")) << gate.detail;
  EXPECT_TRUE(mentions(gate, "two includes core/channel.hpp")) << gate.detail;
}

TEST(ScopeGate, FailsWithoutBaselines) { EXPECT_FALSE(scope_gate({}).passed); }

TEST(PortabilityGate, NamesProgramsAndInstructions) {
  EXPECT_TRUE(portability_gate({{"judge", {}}, {"adam", {}}}).passed);
  const Gate gate = portability_gate({{"judge", {}}, {"adam", {"vrcpps", "vrsqrtps"}}});
  EXPECT_FALSE(gate.passed);
  EXPECT_EQ(gate.value, 1);
  EXPECT_TRUE(mentions(gate, "adam uses vrcpps, vrsqrtps,")) << gate.detail;
}

TEST(PortabilityGate, FailsWhenNothingWasLookedAt) { EXPECT_FALSE(portability_gate({}).passed); }

TEST(Strangers, AreWhatTheSurfaceDoesNotInclude) {
  const task::ExampleRepository repository;
  const auto task = task::find(repository.root(), "optimization-example");
  task::write_plain(repository.root() / "lib" / "tool.hpp", "#pragma once\n");
  task::write_plain(task.folder / "surface.hpp", "#pragma once\n#include \"lib/tool.hpp\"\n");
  const auto strangers = strangers_of(
      repository.root(), task,
      "#include \"surface.hpp\"\n  #  include \"lib/tool.hpp\"\n#include <cmath>\n#include \"judge.hpp\"\n");
  EXPECT_EQ(strangers, std::vector<std::string>{"judge.hpp"});
}

TEST(DeterminismGate, PassesForTheSameBits) {
  const Gate gate =
      determinism_gate(good_task(), {{"ucb", run_of(0.1), run_of(0.1), score::Metrics{{"regret", 0.1}}}});
  EXPECT_TRUE(gate.passed) << gate.detail;
  EXPECT_TRUE(mentions(gate, "those of calibration.json")) << gate.detail;
}

TEST(DeterminismGate, FailsForTheLastBit) {
  const double next = std::nextafter(0.1, 1.0);
  const Gate gate = determinism_gate(
      good_task(), {{"ucb", run_of(0.1), run_of(next), {}}, {"ucb", run_of(0.1), run_of(0.1), {}}});
  EXPECT_FALSE(gate.passed);
  EXPECT_EQ(gate.value, 1);
  EXPECT_EQ(gate.bound, 2);
  EXPECT_TRUE(mentions(gate, "regret 0.1 and 0.10000000000000002")) << gate.detail;
}

TEST(DeterminismGate, MinusZeroIsNotZero) {
  EXPECT_FALSE(determinism_gate(good_task(), {{"ucb", run_of(0.0), run_of(-0.0), {}}}).passed);
}

TEST(DeterminismGate, FailsWhenTheCalibrationSaysSomethingElse) {
  const Gate gate =
      determinism_gate(good_task(), {{"ucb", run_of(0.1), run_of(0.1), score::Metrics{{"regret", 0.2}}}});
  EXPECT_FALSE(gate.passed);
  EXPECT_TRUE(mentions(gate, "calibration.json")) << gate.detail;
}

TEST(DeterminismGate, FailsForARunThatFails) {
  const Gate gate =
      determinism_gate(good_task(), {{"ucb", run_of(0.1), failed(Status::crash, "SIGSEGV\nat"), {}}});
  EXPECT_FALSE(gate.passed);
  EXPECT_TRUE(mentions(gate, "crash: SIGSEGV")) << gate.detail;
}

TEST(DeterminismGate, FailsWithoutRuns) { EXPECT_FALSE(determinism_gate(good_task(), {}).passed); }

TEST(DeterminismGate, LeavesTimedMetricsOutAndSaysSo) {
  auto task = good_task();
  task.metrics.push_back({.id = "speed", .description = "", .chance = {}, .timed = true});
  auto first = run_of(0.1);
  auto second = run_of(0.1);
  first.metrics["speed"] = 1;
  second.metrics["speed"] = 2;
  const Repeat repeat{"ucb", first, second, score::Metrics{{"regret", 0.1}, {"speed", 3}}};
  const Gate gate = determinism_gate(task, {repeat});
  EXPECT_TRUE(gate.passed) << gate.detail;
  EXPECT_TRUE(mentions(gate, "measured times: speed")) << gate.detail;
  second.metrics["regret"] = 0.2;
  EXPECT_FALSE(determinism_gate(task, {{"ucb", first, second, {}}}).passed);
}

TEST(DeterminismGate, FailsWhenEveryMetricIsTimed) {
  auto task = good_task();
  for (auto& metric : task.metrics) metric.timed = true;
  const Gate gate = determinism_gate(task, {{"ucb", run_of(0.1), run_of(0.1), {}}});
  EXPECT_FALSE(gate.passed);
  EXPECT_TRUE(mentions(gate, "every metric is timed")) << gate.detail;
}

TEST(CostGate, CountsHostAndJudgeOfTheLessDisturbedRun) {
  const Gate gate = cost_gate(good_task(), {{"ucb", run_of(1, 2.0, 0.5), run_of(1, 9.0, 9.0), {}},
                                            {"ucb", run_of(1), run_of(1), {}}});
  EXPECT_TRUE(gate.passed) << gate.detail;
  EXPECT_EQ(gate.value, 2.5);
  EXPECT_EQ(gate.bound, 3);
}

TEST(CostGate, FailsAboveTheTier) {
  auto task = good_task();
  const std::vector<Repeat> repeats{{"ucb", run_of(1, 2.0, 1.5), run_of(1, 2.0, 1.6), {}}};
  EXPECT_FALSE(cost_gate(task, repeats).passed);
  task.tier = "M";
  EXPECT_EQ(cost_gate(task, repeats).bound, 10);
  EXPECT_TRUE(cost_gate(task, repeats).passed);
  task.tier = "L";
  EXPECT_EQ(cost_gate(task, repeats).bound, 30);
}

TEST(CostGate, FailsWithoutRuns) { EXPECT_FALSE(cost_gate(good_task(), {}).passed); }

/// Runs of a method of some quality in all settings, one seed.
evaluate::Evaluation evaluation_of(const task::Task& task, double quality) {
  evaluate::Evaluation evaluation;
  for (const auto& setting : task.settings) {
    evaluate::RunRecord run;
    run.setting = setting.id;
    run.status = Status::ok;
    run.metrics = score::testing::metrics_of(quality, 0);
    evaluation.runs.push_back(run);
  }
  return evaluation;
}

evaluate::Evaluation evaluation_of(const evaluate::RunRecord& run) {
  evaluate::Evaluation evaluation;
  evaluation.runs = {run};
  return evaluation;
}

class NullGate : public ::testing::Test {
 protected:
  [[nodiscard]] Gate gate(const std::vector<NullResult>& results) const {
    return null_gate(task_, &calibration_, results);
  }

  task::Task task_ = good_task();
  score::Calibration calibration_ = calibration_of(task_);
};

TEST_F(NullGate, PassesForZerosAndExplainedFailures) {
  const Gate result = gate({{"constant", false, evaluation_of(task_, -0.5)},
                            {"nan", false, evaluation_of(failed(Status::invalid_output, "an entry is NaN"))},
                            {"loop", true, evaluation_of(failed(Status::timeout, "CPU time"))}});
  EXPECT_TRUE(result.passed) << result.detail;
  EXPECT_EQ(result.value, 0);
  EXPECT_TRUE(mentions(result, "constant: at or below the floor in easy")) << result.detail;
  EXPECT_TRUE(mentions(result, "nan: invalid_output")) << result.detail;
}

TEST_F(NullGate, FailsWhenANullMethodScores) {
  const Gate result = gate({{"constant", false, evaluation_of(task_, 1)}});
  EXPECT_FALSE(result.passed);
  EXPECT_GT(*result.value, 1);
  EXPECT_TRUE(mentions(result, "constant: scores")) << result.detail;
}

TEST_F(NullGate, FailsForAFailureWithoutExplanation) {
  EXPECT_FALSE(gate({{"nan", false, evaluation_of(failed(Status::crash, ""))}}).passed);
}

TEST_F(NullGate, FailsForAFaultOfOurs) {
  EXPECT_FALSE(
      gate({{"nan", false, evaluation_of(failed(Status::infrastructure, "the judge failed"))}}).passed);
}

TEST_F(NullGate, FailsForANullMethodThatDoesNotCompile) {
  const Gate result = gate({{"nan", false, evaluation_of(failed(Status::compile_error, "no such name"))}});
  EXPECT_FALSE(result.passed);
  EXPECT_TRUE(mentions(result, "does not compile: no such name")) << result.detail;
}

TEST_F(NullGate, FailsWhenAMisdeedGoesUnnoticed) {
  const NullResult constant{"constant", false, evaluation_of(task_, -0.5)};
  const Gate result = gate({constant, {"crash", true, evaluation_of(task_, -0.5)}});
  EXPECT_FALSE(result.passed);
  EXPECT_TRUE(mentions(result, "crash: its runs did not fail")) << result.detail;
}

TEST_F(NullGate, WithoutACalibrationOnlyFailuresAreZero) {
  EXPECT_FALSE(null_gate(task_, nullptr, {{"constant", false, evaluation_of(task_, -0.5)}}).passed);
  EXPECT_TRUE(
      null_gate(task_, nullptr, {{"nan", false, evaluation_of(failed(Status::crash, "SIGILL"))}}).passed);
}

TEST_F(NullGate, FailsForATaskThatBringsNone) {
  EXPECT_FALSE(gate({{"crash", true, evaluation_of(failed(Status::crash, "SIGILL"))}}).passed);
}

}  // namespace
}  // namespace mls::quality
