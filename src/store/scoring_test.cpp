#include "store/scoring.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/files.hpp"
#include "store/testing.hpp"
#include "task/sources.hpp"
#include "task/task_fixture.hpp"

namespace mls::store {
namespace {

TEST(Scoring, FollowsTheCalibration) {
  const auto yardstick = testing::small_yardstick();
  const auto best = score_of(yardstick, testing::evaluation_of(yardstick, 2));
  ASSERT_TRUE(best.score);
  EXPECT_NEAR(testing::must(best.score).score, 0.5, 1e-9);
  EXPECT_TRUE(best.note.empty());
}

TEST(Scoring, AFailedRunSinksTheTaskEvenWithoutCalibration) {
  auto yardstick = testing::small_yardstick();
  auto evaluation = testing::evaluation_of(yardstick, 2);
  evaluation.runs[4].status = evaluate::Status::timeout;
  evaluation.runs[4].metrics.clear();
  EXPECT_EQ(testing::must(score_of(yardstick, evaluation).score).score, 0);
  yardstick.calibration.reset();
  yardstick.note = "not calibrated";
  const auto scored = score_of(yardstick, evaluation);
  ASSERT_TRUE(scored.score);
  EXPECT_EQ(testing::must(scored.score).score, 0);
  ASSERT_EQ(testing::must(scored.score).settings.size(), 1U);
  EXPECT_EQ(testing::must(scored.score).settings[0].id, "plain");
}

TEST(Scoring, NoCalibrationGivesNoScoreButAReason) {
  auto yardstick = testing::small_yardstick();
  yardstick.calibration.reset();
  yardstick.note = "not calibrated";
  const auto scored = score_of(yardstick, testing::evaluation_of(yardstick, 1));
  EXPECT_FALSE(scored.score);
  EXPECT_EQ(scored.note, "not calibrated");
}

TEST(Scoring, AFaultOfOursIsNobodysZero) {
  const auto yardstick = testing::small_yardstick();
  auto evaluation = testing::evaluation_of(yardstick, 1);
  evaluation.runs[0].status = evaluate::Status::infrastructure;
  evaluation.runs[0].metrics.clear();
  EXPECT_FALSE(score_of(yardstick, evaluation).score);
}

TEST(Scoring, AnotherVersionOfTheTaskOrAnotherSealHasNoScore) {
  const auto yardstick = testing::small_yardstick();
  auto evaluation = testing::evaluation_of(yardstick, 1);
  evaluation.seal = "0123456789abcdef";
  const auto scored = score_of(yardstick, evaluation);
  EXPECT_FALSE(scored.score);
  EXPECT_NE(scored.note.find("0123456789abcdef"), std::string::npos);
  EXPECT_NE(scored.note.find("mls calibrate small --seal-key FILE"), std::string::npos) << scored.note;
  evaluation.seal = "public";
  evaluation.task_sha256 = std::string(64, 'f');
  EXPECT_FALSE(score_of(yardstick, evaluation).score);
}

class CalibrationOnDisk : public ::testing::Test {
 protected:
  Yardstick yardstick() { return yardstick_of(repository_.root(), task::load(repository_.task())); }

  /// A calibration of the task as it is, in which baseline i has regret 100 / (i + 1).
  score::Calibration measured() {
    const auto task = task::load(repository_.task());
    score::Calibration calibration{task.id, task::task_hash(repository_.root(), task), "public", {}, {}, {}};
    double quality = 1;
    for (const auto& baseline : task.baselines) {
      score::BaselineRecord record{baseline.id, std::string(64, 'b'), {}};
      for (const auto& setting : task.settings) {
        for (int seed = 0; seed < task.seeds; ++seed) {
          record.settings[setting.id].push_back(
              {seed, {{"regret", 0.4 / quality}, {"accuracy", 0.2 * quality}}, 0.1});
        }
      }
      calibration.baselines.push_back(std::move(record));
      quality += 1;
    }
    calibration.anchors = score::anchors_of(task, calibration.baselines);
    return calibration;
  }

  std::filesystem::path file() { return repository_.task() / "calibration.json"; }

  task::ExampleRepository repository_;
  TemporaryFolder home_;
};

TEST_F(CalibrationOnDisk, MissingDamagedStaleAndGood) {
  EXPECT_NE(yardstick().note.find("mls calibrate optimization-example"), std::string::npos);
  EXPECT_FALSE(yardstick().damaged);

  write_atomic(file(), "{\"task\": ");
  EXPECT_TRUE(yardstick().damaged);
  EXPECT_NE(yardstick().note.find("calibration.json"), std::string::npos);

  auto calibration = measured();
  score::save_calibration(task::load(repository_.task()), calibration);
  const auto good = yardstick();
  EXPECT_TRUE(good.calibration) << good.note;
  EXPECT_EQ(good.sha256.size(), 64U);

  calibration.task_sha256 = std::string(64, '0');
  score::save_calibration(task::load(repository_.task()), calibration);
  EXPECT_FALSE(yardstick().calibration);
  EXPECT_FALSE(yardstick().damaged);
  EXPECT_NE(yardstick().note.find("another version"), std::string::npos);
}

TEST_F(CalibrationOnDisk, FingerprintFollowsCalibrations) {
  const Yardsticks without(repository_.root(), home_.path());
  score::save_calibration(task::load(repository_.task()), measured());
  const Yardsticks with(repository_.root(), home_.path());
  EXPECT_NE(without.fingerprint(), with.fingerprint());
  EXPECT_EQ(with.fingerprint(), Yardsticks(repository_.root(), home_.path()).fingerprint());
  EXPECT_NE(with.find("optimization-example"), nullptr);
  EXPECT_EQ(with.find("nothing"), nullptr);
}

TEST_F(CalibrationOnDisk, EachSealHasItsOwn) {
  const auto task = task::load(repository_.task());
  const std::string seal = "0123456789abcdef";
  score::save_calibration(task, measured());
  const auto absent = yardstick_of(repository_.root(), home_.path(), task, seal);
  EXPECT_FALSE(absent.calibration);
  EXPECT_NE(absent.note.find("mls calibrate optimization-example --seal-key FILE"), std::string::npos)
      << absent.note;

  auto sealed = measured();
  sealed.seal = seal;
  score::save_calibration(task, sealed, calibration_file(home_.path(), task, seal));
  EXPECT_EQ(yardstick_of(repository_.root(), home_.path(), task, seal).calibration->seal, seal);
  EXPECT_EQ(yardstick().calibration->seal, "public");

  const Yardsticks open(repository_.root(), home_.path());
  const Yardsticks closed(repository_.root(), home_.path(), seal);
  EXPECT_EQ(open.fingerprint(), closed.fingerprint());
  EXPECT_EQ(open.find(task.id)->calibration->seal, "public");
  EXPECT_EQ(closed.find(task.id)->calibration->seal, seal);
  EXPECT_EQ(open.find(task.id, seal)->calibration->seal, seal);
  EXPECT_EQ(open.find(task.id, "fedcba9876543210"), nullptr);
}

TEST_F(CalibrationOnDisk, UnderAnotherSealThanItsPlaceSaysDoesNotCount) {
  const auto task = task::load(repository_.task());
  auto sealed = measured();
  sealed.seal = "0123456789abcdef";
  score::save_calibration(task, sealed);
  EXPECT_FALSE(yardstick().calibration);
  EXPECT_NE(yardstick().note.find("0123456789abcdef"), std::string::npos);
}

}  // namespace
}  // namespace mls::store
