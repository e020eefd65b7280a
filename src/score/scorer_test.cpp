#include "score/scorer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "core/error.hpp"
#include "core/rng.hpp"
#include "score/testing.hpp"

namespace mls::score {
namespace {

using testing::metrics_of;
using testing::runs_of;
using testing::small_calibration;
using testing::small_task;

class ScorerTest : public ::testing::Test {
 protected:
  const task::Task task = small_task();
  const Calibration calibration = small_calibration(task);

  [[nodiscard]] TaskScore score(const Runs& runs) const { return score_runs(task, calibration, runs); }
};

TEST_F(ScorerTest, WorstBaselineGetsZeroAndBestGetsHalf) {
  const auto baselines = baseline_scores(task, calibration, false);
  ASSERT_EQ(baselines.size(), 3U);
  EXPECT_EQ(baselines[0].id, "weak");
  EXPECT_EQ(baselines[0].score.score, 0.0);
  EXPECT_EQ(baselines[2].score.score, 0.5);
  EXPECT_GT(baselines[1].score.score, 0.0);
  EXPECT_LT(baselines[1].score.score, 0.5);
  for (const auto& setting : baselines[2].score.settings) {
    for (const double term : setting.terms) EXPECT_EQ(term, 0.5);
  }
}

TEST_F(ScorerTest, ListsSettingsInTaskOrderAndMarksHiddenOnes) {
  const auto settings = score(runs_of(task, 1)).settings;
  ASSERT_EQ(settings.size(), 3U);
  EXPECT_EQ(settings[0].id, "easy");
  EXPECT_EQ(settings[0].terms.size(), 2U);
  EXPECT_FALSE(settings[0].hidden);
  EXPECT_EQ(settings[2].id, "far");
  EXPECT_TRUE(settings[2].hidden);
}

TEST_F(ScorerTest, AveragesTransformedValuesOverSeedsBeforeTheCurve) {
  Runs runs;
  runs["far"] = {{{"error", 0.4}}, {{"error", 0.1}}};
  const double value = -0.5 * (std::log(0.4) + std::log(0.1));
  EXPECT_DOUBLE_EQ(score(runs).score, term_score(value, calibration.anchors.at("far")[0].anchors));
}

TEST_F(ScorerTest, WeighsTermsAndTakesTheGeometricMeanOverSettings) {
  const auto result = score(runs_of(task, 1.5));
  const auto& terms = result.settings[0].terms;
  EXPECT_DOUBLE_EQ(result.settings[0].score, (3 * terms[0] + terms[1]) / 4);
  double product = 1;
  for (const auto& setting : result.settings) product *= setting.score;
  EXPECT_NEAR(result.score, std::cbrt(product), 1e-12);
}

TEST_F(ScorerTest, GrowsWithQuality) {
  double last = 0;
  for (double quality = 0.1; quality < 4; quality += 0.1) {
    const double now = score(runs_of(task, quality)).score;
    EXPECT_GT(now, last);
    last = now;
  }
}

TEST_F(ScorerTest, OneFailedSeedZeroesItsSettingAndSinksTheTask) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  for (const Metrics& failed : {Metrics{}, Metrics{{"error", 0.1}}, Metrics{{"error", nan}, {"accuracy", 1}},
                                Metrics{{"error", 0.1}, {"accuracy", infinity}}}) {
    auto runs = runs_of(task, 2);
    runs["easy"][1] = failed;
    const auto result = score(runs);
    EXPECT_EQ(result.score, 0.0);
    EXPECT_EQ(result.standard_error, 0.0);
    EXPECT_EQ(result.settings[0].score, 0.0);
    EXPECT_EQ(result.settings[0].terms, (std::vector{0.0, 0.0}));
    EXPECT_GT(result.settings[1].score, 0.4);
  }
}

TEST_F(ScorerTest, SettingsWithoutAnySeedFailToo) {
  auto runs = runs_of(task, 2);
  runs["plain"].clear();
  EXPECT_EQ(score(runs).score, 0.0);
}

TEST_F(ScorerTest, LeavesOutSettingsThatWereNotRun) {
  auto runs = runs_of(task, 2);
  runs.erase("far");
  const auto result = score(runs);
  EXPECT_EQ(result.settings.size(), 2U);
  EXPECT_EQ(result.score, 0.5);
  EXPECT_EQ(baseline_scores(task, calibration, true)[2].score.settings.size(), 2U);
  EXPECT_EQ(score({}).score, 0.0);
}

TEST_F(ScorerTest, RefusesSettingsTheTaskDoesNotHave) {
  Runs runs{{"near", {}}};
  try {
    static_cast<void>(score(runs));
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::bad_input);
    EXPECT_NE(std::string(error.what()).find("'near'"), std::string::npos);
  }
}

TEST_F(ScorerTest, RefusesACalibrationOfOtherTerms) {
  for (const auto& change : std::vector<std::function<void(Calibration&)>>{
           [](Calibration& c) { c.anchors.erase("plain"); },
           [](Calibration& c) { c.anchors["easy"].pop_back(); },
           [](Calibration& c) { c.anchors["easy"][0].metric = "accuracy"; }}) {
    Calibration other = calibration;
    change(other);
    EXPECT_THROW(static_cast<void>(Scorer(task, other)), Error);
  }
}

TEST_F(ScorerTest, DoesNotDependOnTheOrderOfSettingsTermsOrSeeds) {
  Rng rng(1);
  for (int i = 0; i < 300; ++i) {
    Runs runs;
    for (const auto& setting : task.settings) {
      for (int seed = 0; seed < 3; ++seed) {
        runs[setting.id].push_back(metrics_of(rng.uniform(0, 4), 0));
      }
    }
    const auto expected = score(runs);
    auto shuffled = task;
    rng.shuffle(std::span(shuffled.settings));
    for (auto& setting : shuffled.settings) rng.shuffle(std::span(setting.terms));
    for (auto& [id, seeds] : runs) rng.shuffle(std::span(seeds));
    const auto found = score_runs(shuffled, small_calibration(shuffled), runs);
    EXPECT_NEAR(found.score, expected.score, 1e-12);
    EXPECT_NEAR(found.standard_error, expected.standard_error, 1e-9);
  }
}

TEST_F(ScorerTest, IsDeterministic) {
  auto runs = runs_of(task, 1.3);
  for (auto& [id, seeds] : runs) {
    for (int seed = 3; seed < 20; ++seed)
      seeds.push_back(metrics_of(1.3, seed % 5));  // too many to list: drawn
  }
  const auto first = score(runs);
  const auto second = score(runs);
  EXPECT_EQ(first.score, second.score);
  EXPECT_EQ(first.standard_error, second.standard_error);
  EXPECT_GT(first.standard_error, 0.0);
}

TEST_F(ScorerTest, ErrorsCanBeLeftOutWithoutChangingScores) {
  const Scorer scorer(task, calibration);
  const auto runs = runs_of(task, 1.3);
  EXPECT_EQ(scorer(runs, Errors::none).score, scorer(runs).score);
  EXPECT_EQ(scorer(runs, Errors::none).standard_error, 0.0);
  EXPECT_GT(scorer(runs).standard_error, 0.0);
  EXPECT_GT(scorer(runs).settings[1].standard_error, 0.0);
}

TEST_F(ScorerTest, OneSeedHasNoError) {
  const auto result = score({{"plain", {metrics_of(1, 0)}}});
  EXPECT_GT(result.score, 0.0);
  EXPECT_EQ(result.standard_error, 0.0);
}

// The claim of a standard error: the spread of the score when the whole experiment is repeated with other
// seeds.
TEST_F(ScorerTest, ErrorMatchesTheSpreadOfRepeatedExperiments) {
  Rng rng(2);
  const Scorer scorer(task, calibration);
  std::vector<double> scores;
  double variance = 0;
  constexpr int trials = 3000;
  for (int trial = 0; trial < trials; ++trial) {
    Runs runs;
    for (const auto& setting : task.settings) {
      for (int seed = 0; seed < 5; ++seed)
        runs[setting.id].push_back(metrics_of(1.5 + 0.2 * rng.normal(), 0));
    }
    const auto result = scorer(runs);
    scores.push_back(result.score);
    variance += result.standard_error * result.standard_error / trials;
  }
  EXPECT_NEAR(std::sqrt(variance) / standard_deviation(scores), 1, 0.05);
}

// The variance of the geometric mean, put together from the settings, is that of resampling all settings at
// once.
TEST_F(ScorerTest, TaskErrorIsThatOfResamplingSettingsIndependently) {
  Rng rng(3);
  Runs runs;
  for (const auto& setting : task.settings) {
    for (int seed = 0; seed < 3; ++seed) runs[setting.id].push_back(metrics_of(rng.uniform(0.5, 3), 0));
  }
  const Scorer scorer(task, calibration);
  std::vector<double> scores;
  for (int i = 0; i < 20000; ++i) {
    Runs resampled;
    for (const auto& [id, seeds] : runs) {
      for (int draw = 0; draw < 2; ++draw) resampled[id].push_back(seeds[rng.below(seeds.size())]);
    }
    scores.push_back(scorer(resampled, Errors::none).score);
  }
  EXPECT_NEAR(standard_deviation(scores) / scorer(runs).standard_error, 1, 0.03);
}

TEST_F(ScorerTest, ComparesAMethodWithItselfAsATie) {
  const Scorer scorer(task, calibration);
  const auto runs = runs_of(task, 1.3);
  const auto pairs = scorer.compare(runs, runs);
  EXPECT_EQ(pairs.task.value, 0.0);
  EXPECT_NEAR(pairs.task.standard_error, 0, 1e-7);
  EXPECT_EQ(pairs.ties, 9);
  EXPECT_EQ(pairs.wins + pairs.losses, 0);
}

TEST_F(ScorerTest, ComparisonIsTheDifferenceOfTheScoresAndAntisymmetric) {
  const Scorer scorer(task, calibration);
  const auto better = runs_of(task, 1.7);
  const auto worse = runs_of(task, 0.9);
  const auto pairs = scorer.compare(better, worse);
  EXPECT_DOUBLE_EQ(pairs.task.value, scorer(better).score - scorer(worse).score);
  EXPECT_EQ(pairs.wins, 9);
  ASSERT_TRUE(pairs.task.interval);
  EXPECT_GT(pairs.task.interval->low, 0);
  ASSERT_EQ(pairs.settings.size(), 3U);
  EXPECT_EQ(pairs.settings[2].id, "far");
  EXPECT_TRUE(pairs.settings[2].hidden);
  EXPECT_GT(pairs.settings[0].difference.standard_error, 0);
  const auto back = scorer.compare(worse, better);
  EXPECT_EQ(back.losses, 9);
  EXPECT_EQ(back.task.value, -pairs.task.value);
  EXPECT_NEAR(back.task.standard_error, pairs.task.standard_error, 1e-9);
}

TEST_F(ScorerTest, ComparisonSeesFailuresAndRefusesWhatIsNoPair) {
  const Scorer scorer(task, calibration);
  auto failed = runs_of(task, 1);
  failed["far"][1] = {};
  const auto pairs = scorer.compare(failed, runs_of(task, 1));
  EXPECT_LT(pairs.task.value, 0);
  EXPECT_EQ(pairs.losses, 3);
  EXPECT_EQ(pairs.ties, 6);
  auto fewer = runs_of(task, 1);
  fewer["plain"].pop_back();
  EXPECT_THROW((void)scorer.compare(fewer, runs_of(task, 1)), Error);
  fewer.erase("plain");
  EXPECT_THROW((void)scorer.compare(runs_of(task, 1), fewer), Error);
  const Runs one{{"plain", {metrics_of(1, 0)}}};
  EXPECT_FALSE(scorer.compare(one, one).task.interval);
}

// What pairing is for: luck that both methods share cancels. Checked against repeated experiments.
TEST_F(ScorerTest, ComparisonErrorMatchesTheSpreadOfRepeatedExperiments) {
  Rng rng(5);
  const Scorer scorer(task, calibration);
  std::vector<double> differences;
  double variance = 0;
  double unpaired = 0;
  constexpr int trials = 2000;
  for (int trial = 0; trial < trials; ++trial) {
    Runs first;
    Runs second;
    for (const auto& setting : task.settings) {
      for (int seed = 0; seed < 5; ++seed) {
        const double luck = 0.2 * rng.normal();
        first[setting.id].push_back(metrics_of(1.6 + luck + 0.05 * rng.normal(), 0));
        second[setting.id].push_back(metrics_of(1.5 + luck + 0.05 * rng.normal(), 0));
      }
    }
    const auto pairs = scorer.compare(first, second);
    differences.push_back(pairs.task.value);
    variance += pairs.task.standard_error * pairs.task.standard_error / trials;
    unpaired += std::pow(scorer(first).standard_error, 2) / trials;
  }
  EXPECT_NEAR(std::sqrt(variance) / standard_deviation(differences), 1, 0.06);
  EXPECT_LT(std::sqrt(variance), 0.6 * std::sqrt(unpaired));
}

}  // namespace
}  // namespace mls::score
