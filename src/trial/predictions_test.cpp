#include "trial/predictions.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/rng.hpp"

namespace mls::trial {
namespace {

const std::vector<std::string> settings{"a", "b"};

TEST(Predictions, AreReadBackAndChecked) {
  const Json json = parse_json(R"({"a":{"score":40,"deviation":10}})");
  EXPECT_EQ(to_json(predictions_from_json(json, settings)),
            parse_json(R"({"a":{"score":40.0,"deviation":10.0}})"));
  for (const char* wrong :
       {"{}", "[]", "3", R"({"c":{"score":40,"deviation":10}})", R"({"a":{"score":40}})", R"({"a":40})",
        R"({"a":{"score":101,"deviation":10}})", R"({"a":{"score":40,"deviation":0}})",
        R"({"a":{"score":"40","deviation":10}})", R"({"a":{"score":40,"deviation":-1}})"}) {
    EXPECT_THROW((void)predictions_from_json(parse_json(wrong), settings), Error) << wrong;
  }
}

TEST(Predictions, CrpsIsWhatItsIntegralSays) {
  // The integral of (F(x) - [x >= y])^2, summed up.
  const auto integral = [](double mean, double deviation, double value) {
    double sum = 0;
    constexpr double step = 0.001;
    for (double x = -60; x < 60; x += step) {
      const double below = std::erfc(-(x - mean) / deviation / std::sqrt(2.0)) / 2;
      const double miss = below - (x >= value ? 1 : 0);
      sum += miss * miss * step;
    }
    return sum;
  };
  EXPECT_NEAR(normal_crps(1, 2, 1), integral(1, 2, 1), 1e-3);
  EXPECT_NEAR(normal_crps(1, 2, 6), integral(1, 2, 6), 1e-3);
  EXPECT_NEAR(normal_crps(0, 5, -3), integral(0, 5, -3), 1e-3);
}

TEST(Predictions, NobodyDoesBetterThanByTellingTheTruth) {
  const auto crps_of_claiming = [](double mean, double deviation) {
    Rng rng(3);
    std::vector<Forecast> forecasts;
    for (int i = 0; i < 4000; ++i) forecasts.push_back({{mean, deviation}, 40 + 8 * rng.normal()});
    return foresight_of(forecasts);
  };
  const Foresight honest = crps_of_claiming(40, 8);
  EXPECT_NEAR(honest.calibration, 0.683, 0.03);
  EXPECT_NEAR(honest.sharpness, 8, 1e-9);
  EXPECT_LT(honest.crps, crps_of_claiming(40, 2).crps);
  EXPECT_LT(honest.crps, crps_of_claiming(40, 25).crps);
  EXPECT_LT(honest.crps, crps_of_claiming(50, 8).crps);
  EXPECT_LT(crps_of_claiming(40, 2).calibration, 0.3);
}

Step step(Step::Kind kind, const std::string& method, const char* predictions,
          std::optional<double> score = {}) {
  Step one{kind, method, std::nullopt, parse_json(predictions)};
  if (score) {
    one.report.emplace();
    one.report->score = score;
    one.report->settings = {{"a", *score}};
  }
  return one;
}

TEST(Predictions, OfATrialAreHeldAgainstItsTestsAndItsLastSubmission) {
  const char* sure = R"({"a":{"score":40,"deviation":5}})";
  const std::vector<Step> steps{step(Step::Kind::test, "one", sure, 0.42),
                                step(Step::Kind::test, "two", "null", 0.3),
                                step(Step::Kind::submission, "two", sure),
                                step(Step::Kind::submission, "one", R"({"a":{"score":90,"deviation":5}})")};
  const Foresight foresight = foresight_of(steps, {{"a", 0.5}, {"hidden", 0.1}});
  EXPECT_EQ(foresight.predictions, 2U);
  EXPECT_DOUBLE_EQ(foresight.error, 21);
  EXPECT_DOUBLE_EQ(foresight.calibration, 0.5);
  EXPECT_EQ(foresight.kept_the_best, true);
  EXPECT_EQ(foresight_of({steps[0], steps[1], steps[2]}, {}).kept_the_best, false);
  EXPECT_EQ(foresight_of(std::vector<Step>{}, {}).kept_the_best, std::nullopt);
}

TEST(Predictions, OfSeveralBestTestsEachMayBeKept) {
  const Step zero = step(Step::Kind::test, "zero", "null", 0.0);
  const Step nothing = step(Step::Kind::test, "nothing", "null", 0.0);
  const auto kept = [](const std::vector<Step>& steps) { return foresight_of(steps, {}).kept_the_best; };
  EXPECT_EQ(kept({zero, nothing, step(Step::Kind::submission, "nothing", "null")}), true);
  EXPECT_EQ(kept({zero, nothing, step(Step::Kind::submission, "zero", "null")}), true);
  EXPECT_EQ(kept({zero, nothing, step(Step::Kind::submission, "other", "null")}), false);
}

TEST(Predictions, WithoutASubmissionTheMethodOfTheLastTestIsWhatWasKept) {
  const Step good = step(Step::Kind::test, "good", "null", 0.5);
  const Step bad = step(Step::Kind::test, "bad", "null", 0.2);
  const auto kept = [](const std::vector<Step>& steps) { return foresight_of(steps, {}).kept_the_best; };
  EXPECT_EQ(kept({bad, good}), true);
  EXPECT_EQ(kept({good, bad}), false);
  EXPECT_EQ(kept({good, bad, step(Step::Kind::submission, "good", "null")}), true);
  EXPECT_EQ(kept({step(Step::Kind::submission, "good", "null")}), std::nullopt) << "nothing speaks for it";
  Step unscored = step(Step::Kind::test, "one", "null");
  unscored.report.emplace().method_sha256 = "one";
  EXPECT_EQ(kept({unscored}), std::nullopt) << "as in a task without a calibration";
}

TEST(Predictions, OfWhatWasTestedBeforeAreNoForecasts) {
  const Step first = step(Step::Kind::test, "one", R"({"a":{"score":40,"deviation":5}})", 0.2);
  const Step again = step(Step::Kind::test, "one", R"({"a":{"score":20,"deviation":0.001}})", 0.2);
  const Step other = step(Step::Kind::test, "two", R"({"a":{"score":30,"deviation":20}})", 0.2);
  const Foresight foresight = foresight_of({first, again, other, again}, {});
  EXPECT_EQ(foresight.predictions, 2U);
  EXPECT_DOUBLE_EQ(foresight.error, 15);
  EXPECT_DOUBLE_EQ(foresight.calibration, 0.5);
  const Step silent = step(Step::Kind::test, "one", "null", 0.2);
  EXPECT_EQ(foresight_of({silent, again}, {}).predictions, 0U) << "its score was known";
  // A submission is scored on other draws than tests are, and may be predicted.
  EXPECT_EQ(foresight_of({first, step(Step::Kind::submission, "one", R"({"a":{"score":20,"deviation":5}})")},
                         {{"a", 0.25}})
                .predictions,
            2U);
}

}  // namespace
}  // namespace mls::trial
