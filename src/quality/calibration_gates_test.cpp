#include "quality/calibration_gates.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/files.hpp"
#include "core/locations.hpp"
#include "quality/testing.hpp"
#include "task/task_fixture.hpp"

namespace mls::quality {
namespace {

using testing::calibration_of;
using testing::good_task;

/// Moves every value of one baseline's metric in one setting: value -> first + second * value.
void change(score::Calibration& calibration, const std::string& baseline, const std::string& setting,
            const std::string& metric, double first, double second) {
  const auto at = std::ranges::find(calibration.baselines, baseline, &score::BaselineRecord::id);
  for (auto& run : at->settings.at(setting)) run.metrics.at(metric) = first + second * run.metrics.at(metric);
}

bool mentions(const Gate& gate, const std::string& text) {
  return gate.detail.find(text) != std::string::npos;
}

TEST(TransferGate, PassesWithThreeSettingsOneOfThemHidden) {
  const Gate gate = transfer_gate(good_task());
  EXPECT_TRUE(gate.passed) << gate.detail;
  EXPECT_EQ(gate.name, "transfer");
  EXPECT_EQ(gate.value, 3);
  EXPECT_EQ(gate.bound, 3);
}

TEST(TransferGate, FailsWithTooFewSettings) {
  auto task = good_task();
  task.settings.erase(task.settings.begin());
  EXPECT_FALSE(transfer_gate(task).passed);
}

TEST(TransferGate, FailsWithoutAHiddenSetting) {
  auto task = good_task();
  for (auto& setting : task.settings) setting.hidden = false;
  EXPECT_FALSE(transfer_gate(task).passed);
}

TEST(TransferGate, FailsWhenTwoSettingsAreTheSame) {
  auto task = good_task();
  task.settings[2].params = task.settings[0].params;
  const Gate gate = transfer_gate(task);
  EXPECT_FALSE(gate.passed);
  EXPECT_TRUE(mentions(gate, "easy and far have the same parameters")) << gate.detail;
}

TEST(StartGate, PassesWhenTheStartIsBelowTheBest) {
  const auto task = good_task();
  const Gate gate = start_gate(task, calibration_of(task));
  EXPECT_TRUE(gate.passed) << gate.detail;
  EXPECT_NEAR(*gate.value, 0, 1e-9);
  EXPECT_NEAR(gate.bound, 50, 1e-9);
}

TEST(StartGate, FailsWhenTheStartIsTheBest) {
  auto task = good_task();
  const auto calibration = calibration_of(task);
  task.baselines[0].start = false;
  task.baselines[2].start = true;
  const Gate gate = start_gate(task, calibration);
  EXPECT_FALSE(gate.passed);
  EXPECT_TRUE(mentions(gate, "strong"));
}

TEST(ReproductionGate, PassesWhenEveryFactHoldsAndNamesTheWeakest) {
  const auto task = good_task();
  const Gate gate = reproduction_gate(task, calibration_of(task));
  EXPECT_TRUE(gate.passed) << gate.detail;
  EXPECT_EQ(gate.value, 3);
  EXPECT_EQ(gate.bound, 3);
  EXPECT_TRUE(mentions(gate, "strong over weak")) << gate.detail;
}

TEST(ReproductionGate, NamesTheFailingFactWithItsSourceAndBothMeans) {
  const auto task = good_task();
  auto calibration = calibration_of(task);
  change(calibration, "strong", "plain", "accuracy", 0.1, 0);
  const Gate gate = reproduction_gate(task, calibration);
  EXPECT_FALSE(gate.passed);
  EXPECT_EQ(gate.value, 2);
  EXPECT_EQ(gate.detail,
            "plain: accuracy of strong (0.1000) is not higher than of weak (0.5100), against Someone 1990, "
            "Figure 1");
}

TEST(ReproductionGate, AnEqualMeanIsNotBetter) {
  const auto task = good_task();
  auto calibration = calibration_of(task);
  calibration.baselines[2].settings = calibration.baselines[0].settings;
  EXPECT_EQ(reproduction_gate(task, calibration).value, 0);
}

TEST(ReproductionGate, KnowsWhichDirectionIsBetter) {
  auto task = good_task();
  task.expectations = {{"far", "error", "strong", "weak", "s"}, {"far", "error", "weak", "strong", "s"}};
  const auto facts = facts_of(task, calibration_of(task));
  ASSERT_EQ(facts.size(), 2U);
  EXPECT_TRUE(facts[0].holds);
  EXPECT_GT(facts[0].errors, 1);
  EXPECT_FALSE(facts[1].holds);
  EXPECT_LT(facts[1].errors, -1);
}

TEST(ReproductionGate, FailsForATaskWithoutFacts) {
  auto task = good_task();
  task.expectations.clear();
  EXPECT_FALSE(reproduction_gate(task, calibration_of(task)).passed);
}

TEST(SeparationGate, PassesWhenSeedsAreFarLessApartThanBaselines) {
  const auto task = good_task();
  const Gate gate = separation_gate(task, calibration_of(task));
  EXPECT_TRUE(gate.passed) << gate.detail;
  EXPECT_GT(*gate.value, 4);
}

// Baselines 0.2 apart; the seeds' values 0, d, 2d have the standard error d / sqrt(3) of a mean of three.
TEST(SeparationGate, MeasuresInStandardErrorsOfTheNoisierMean) {
  const auto task = good_task();
  auto calibration = calibration_of(task);
  for (auto& run : calibration.baselines[0].settings.at("plain"))
    run.metrics["accuracy"] = 0.4 + 0.1 * run.seed;
  for (auto& baseline : calibration.baselines) {
    if (baseline.id != "weak")
      change(calibration, baseline.id, "plain", "accuracy", baseline.id == "strong" ? 0.7 : 0.6, 0);
  }
  calibration.anchors = score::anchors_of(task, calibration.baselines);
  const Gate gate = separation_gate(task, calibration);
  EXPECT_FALSE(gate.passed);
  EXPECT_NEAR(*gate.value, 0.2 / (0.1 / std::sqrt(3.0)), 1e-9);
  EXPECT_TRUE(mentions(gate, "plain accuracy (weak to strong) 3.5")) << gate.detail;
}

TEST(SeparationGate, HasNoFigureWhenSeedsDoNotDiffer) {
  const auto task = good_task();
  auto calibration = calibration_of(task);
  for (auto& baseline : calibration.baselines) {
    for (auto& [setting, runs] : baseline.settings) {
      for (auto& run : runs) run.metrics = runs.front().metrics;
    }
  }
  calibration.anchors = score::anchors_of(task, calibration.baselines);
  const Gate gate = separation_gate(task, calibration);
  EXPECT_TRUE(gate.passed);
  EXPECT_FALSE(gate.value);
}

TEST(SeparationGate, FailsWithOneSeed) {
  auto task = good_task();
  task.seeds = 1;
  auto calibration = calibration_of(task);
  const Gate gate = separation_gate(task, calibration);
  EXPECT_FALSE(gate.passed);
  EXPECT_TRUE(mentions(gate, "one seed")) << gate.detail;
}

TEST(HeadRoomGate, PassesWithRoomBelowTheBound) {
  const auto task = good_task();
  const Gate gate = head_room_gate(task, calibration_of(task));
  EXPECT_TRUE(gate.passed) << gate.detail;
  EXPECT_LT(*gate.value, 0.5);
}

TEST(HeadRoomGate, FailsWhenTheBestIsWithinAFewPerCentOfTheBound) {
  const auto task = good_task();
  auto calibration = calibration_of(task);
  change(calibration, "strong", "easy", "accuracy", 0.99, 0);
  calibration.anchors = score::anchors_of(task, calibration.baselines);
  const Gate gate = head_room_gate(task, calibration);
  EXPECT_FALSE(gate.passed);
  EXPECT_TRUE(mentions(gate, "easy accuracy (strong)")) << gate.detail;
}

TEST(HeadRoomGate, SaysSoWhenNothingIsBounded) {
  auto task = good_task();
  for (auto& term : task.settings[0].terms) term.bound.reset();
  const Gate gate = head_room_gate(task, calibration_of(task));
  EXPECT_TRUE(gate.passed);
  EXPECT_FALSE(gate.value);
  EXPECT_TRUE(mentions(gate, "no term is bounded"));
}

TEST(CalibrationGate, NamesWhatIsStale) {
  const auto task = good_task();
  const auto calibration = calibration_of(task);
  score::Present present{calibration.task_sha256, "public", {}};
  for (const auto& baseline : calibration.baselines)
    present.method_sha256[baseline.id] = baseline.method_sha256;
  EXPECT_TRUE(calibration_gate(calibration, present).passed);
  present.method_sha256["middle"] = std::string(64, 'c');
  present.seal = "0123";
  const Gate gate = calibration_gate(calibration, present);
  EXPECT_FALSE(gate.passed);
  EXPECT_EQ(gate.value, 2);
  EXPECT_TRUE(mentions(gate, "baseline middle")) << gate.detail;
  EXPECT_TRUE(mentions(gate, "seal")) << gate.detail;
}

TEST(CalibrationGates, AllButTransferFailWithoutACalibration) {
  const task::ExampleRepository repository;
  const auto task = task::find(repository.root(), "optimization-example");
  for (const Gate& gate : calibration_gates(repository.root(), task)) {
    EXPECT_FALSE(gate.passed && gate.name != "transfer") << gate.name;
  }
}

TEST(CalibrationGates, AHalfWrittenFileIsNamed) {
  const task::ExampleRepository repository;
  const auto task = task::find(repository.root(), "optimization-example");
  task::write_plain(task.folder / "calibration.json", "{\"format\": 1, \"task\"");
  const auto gates = calibration_gates(repository.root(), task);
  EXPECT_EQ(gates.back().name, "calibration");
  EXPECT_FALSE(gates.back().passed);
  EXPECT_TRUE(mentions(gates.back(), "calibration.json")) << gates.back().detail;
}

// In full, whatever else is checked at smoke scale: what is committed is consistent and up to date.
TEST(CommittedCalibrations, PassEveryGateThatNeedsNoRun) {
  const auto root = repository_root();
  for (const auto& task : task::catalogue(root)) {
    for (const Gate& gate : calibration_gates(root, task))
      EXPECT_TRUE(gate.passed) << task.id << " " << gate.name << ": " << gate.detail;
  }
}

}  // namespace
}  // namespace mls::quality
