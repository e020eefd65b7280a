#include "report/evaluation.hpp"

#include <gtest/gtest.h>

#include "store/testing.hpp"

namespace mls::report {
namespace {

using store::testing::evaluation_of;
using store::testing::small_yardstick;

TEST(EvaluationJson, KeepsTheContract) {
  const auto yardstick = small_yardstick();
  const auto evaluation = evaluation_of(yardstick, 2);
  const Json json = evaluation_json(yardstick.task, evaluation, score_of(yardstick, evaluation));
  EXPECT_EQ(json.at("task"), "small");
  EXPECT_EQ(json.at("method_sha256").get<std::string>().size(), 64U);
  EXPECT_NEAR(json.at("score").get<double>(), 50, 1e-6);
  EXPECT_TRUE(json.at("score_se").is_number());
  ASSERT_EQ(json.at("settings").size(), 3U);
  const Json& far = json.at("settings")[2];
  EXPECT_EQ(far.at("id"), "far");
  EXPECT_EQ(far.at("hidden"), true);
  EXPECT_NEAR(far.at("score").get<double>(), 50, 1e-6);
  ASSERT_EQ(far.at("runs").size(), 3U);
  const Json& run = far.at("runs")[1];
  EXPECT_EQ(run.at("seed"), 1);
  EXPECT_EQ(run.at("status"), "ok");
  EXPECT_TRUE(run.at("metrics").at("error").is_number());
  for (const char* name : {"wall_s", "cpu_s", "rss_mb"}) EXPECT_TRUE(run.at(name).is_number()) << name;
  EXPECT_TRUE(run.at("message").is_string());
}

TEST(EvaluationJson, NoCalibrationIsNullAndAFailureIsZero) {
  auto yardstick = small_yardstick();
  yardstick.calibration.reset();
  yardstick.note = "not calibrated";
  auto evaluation = evaluation_of(yardstick, 2);
  Json json = evaluation_json(yardstick.task, evaluation, score_of(yardstick, evaluation));
  EXPECT_TRUE(json.at("score").is_null());
  EXPECT_TRUE(json.at("settings")[0].at("score").is_null());
  EXPECT_EQ(json.at("note"), "not calibrated");
  for (auto& run : evaluation.runs) {
    run.status = evaluate::Status::compile_error;
    run.metrics.clear();
  }
  json = evaluation_json(yardstick.task, evaluation, score_of(yardstick, evaluation));
  EXPECT_EQ(json.at("score"), 0.0);
  EXPECT_EQ(json.at("settings")[0].at("runs")[0].at("status"), "compile_error");
  EXPECT_EQ(json.at("settings")[0].at("runs")[0].at("metrics"), Json::object());
}

TEST(EvaluationText, GroupsFailures) {
  const auto yardstick = small_yardstick();
  auto evaluation = evaluation_of(yardstick, 2);
  for (int seed : {0, 2}) {
    auto& run = evaluation.runs[static_cast<std::size_t>(seed)];
    run.status = evaluate::Status::timeout;
    run.message = "took longer than 20 s";
    run.metrics.clear();
  }
  const std::string text = evaluation_text(yardstick.task, evaluation, score_of(yardstick, evaluation));
  EXPECT_NE(text.find("timeout in easy (seed 0, 2): took longer than 20 s"), std::string::npos) << text;
  EXPECT_NE(text.find("far (hidden)"), std::string::npos);
  EXPECT_NE(text.find("9 runs, 7 ok"), std::string::npos);
}

TEST(EvaluationText, SaysACompileErrorOnceAndWhole) {
  const auto yardstick = small_yardstick();
  auto evaluation = evaluation_of(yardstick, 2);
  for (auto& run : evaluation.runs) {
    run.status = evaluate::Status::compile_error;
    run.message = "method.cpp:3:1: error: no\n  3 | x\n    | ^\n";
    run.metrics.clear();
  }
  EXPECT_EQ(failures_text(evaluation), "compile_error:\nmethod.cpp:3:1: error: no\n  3 | x\n    | ^\n");
}

TEST(EvaluationText, RanksTheMethodAmongTheBaselines) {
  const auto yardstick = small_yardstick();
  const auto evaluation = evaluation_of(yardstick, 1.5);
  const auto scored = score_of(yardstick, evaluation);
  const std::string text = beside_baselines_text(
      yardstick.task, store::testing::must(scored.score),
      score::baseline_scores(yardstick.task, store::testing::must(yardstick.calibration), false));
  const auto at = [&](const char* name) { return text.find(name); };
  EXPECT_LT(at("strong"), at("▸ your method"));
  EXPECT_LT(at("▸ your method"), at("middle"));
  EXPECT_LT(at("middle"), at("weak (start)"));
}

}  // namespace
}  // namespace mls::report
