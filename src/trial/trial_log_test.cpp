#include "trial/trial_log.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "core/error.hpp"
#include "core/files.hpp"
#include "trial/trial.hpp"

namespace mls::trial {
namespace {

class Log : public ::testing::Test {
 protected:
  static TrialKey key() {
    return {"play", "t", "y", "public", "tuner", {{"seed", 1}, {"tests", 20}}, "tuner"};
  }
  static Json test_event(const std::string& sha256) {
    TestReport report;
    report.method_sha256 = sha256;
    report.score = 0.25;
    return to_json(report);
  }
  void raw(const std::string& name, const std::string& bytes) const {
    std::ofstream(log_.folder() / name, std::ios::app) << bytes;
  }

  TemporaryFolder home_;
  TrialLog log_{home_.path(), key()};
};

TEST_F(Log, WhateverDecidesATrialDecidesItsId) {
  std::set<std::string> ids{id_of(key())};
  const auto differs = [&](const std::function<void(TrialKey&)>& change) {
    TrialKey other = key();
    change(other);
    EXPECT_TRUE(ids.insert(id_of(other)).second);
  };
  differs([](TrialKey& one) { one.task = "other"; });
  differs([](TrialKey& one) { one.task_sha256 = "other"; });
  differs([](TrialKey& one) { one.yardstick_sha256 = "other"; });
  differs([](TrialKey& one) { one.seal = "other"; });
  differs([](TrialKey& one) { one.agent = "start"; });
  differs([](TrialKey& one) { one.settings["seed"] = 2; });
  differs([](TrialKey& one) { one.label = "other"; });
  EXPECT_EQ(id_of(key()), log_.id());
  EXPECT_TRUE(log_.id().starts_with("play-tuner-"));
}

TEST_F(Log, TellsWhatHappened) {
  EXPECT_FALSE(log_.history().begun);
  log_.event("created");
  log_.event("test", test_event("a"));
  log_.event("test", test_event("b"));
  log_.event("stopped", {{"message", "interrupted"}});
  const TrialHistory history = log_.history();
  EXPECT_TRUE(history.begun);
  ASSERT_EQ(history.tests.size(), 2U);
  EXPECT_EQ(history.tests[1].method_sha256, "b");
  EXPECT_EQ(history.tests[1].score, 0.25);
  EXPECT_FALSE(history.submitting_sha256);
  log_.event("submitting", {{"method_sha256", "b"}});
  EXPECT_EQ(log_.history().submitting_sha256, "b");
  EXPECT_TRUE(log_.history().submitting_since.starts_with("20"));
}

TEST_F(Log, ATornLineIsSkippedAndClosed) {
  log_.event("test", test_event("a"));
  raw("events.jsonl", R"({"time":"2026","event":"test","metho)");
  EXPECT_EQ(log_.history().tests.size(), 1U);
  log_.event("test", test_event("b"));
  EXPECT_EQ(log_.history().tests.size(), 2U);
}

TEST_F(Log, AnAgentThatGoesAnotherWayForgetsTheRest) {
  for (const char* sha256 : {"a", "b", "c"}) log_.event("test", test_event(sha256));
  log_.event("diverged", {{"tests", 1}});
  log_.event("test", test_event("d"));
  ASSERT_EQ(log_.history().tests.size(), 2U);
  EXPECT_EQ(log_.history().tests[1].method_sha256, "d");
}

TEST_F(Log, ATestThatCannotBeReadIsNamed) {
  log_.event("test", {{"score", "high"}});
  try {
    (void)log_.history();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), 2);
    EXPECT_NE(std::string(error.what()).find("events.jsonl"), std::string::npos);
  }
}

TEST_F(Log, TheEndIsReadBack) {
  EXPECT_FALSE(log_.end());
  log_.finish({"run-1", "abc", 20});
  const auto end = log_.end();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->run, "run-1");
  EXPECT_EQ(end->method_sha256, "abc");
  EXPECT_EQ(end->tests, 20);
}

TEST_F(Log, AnEndThatCannotBeReadIsNamedAndLeftAlone) {
  std::filesystem::create_directories(log_.folder());
  for (const char* bytes : {"", "{", "[]", R"({"format":2})", R"({"format":1,"run":"r"})",
                            R"({"format":1,"run":"r","method_sha256":"a","tests":"many"})"}) {
    std::filesystem::remove(log_.folder() / "trial.json");
    raw("trial.json", bytes);
    try {
      (void)log_.end();
      FAIL() << bytes;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("trial.json"), std::string::npos);
    }
    EXPECT_EQ(read_file(log_.folder() / "trial.json"), bytes);
  }
}

TEST(Progress, CountsTheSubmissionAsOneTest) {
  TrialProgress progress;
  progress.granted = 3;
  EXPECT_EQ(progress.share(), 0);
  progress.tests = 1;
  progress.repeated = 1;
  progress.runs = 10;
  progress.runs_done = 5;
  EXPECT_DOUBLE_EQ(progress.share(), 1.5 / 4);
  EXPECT_DOUBLE_EQ(progress.share_before(), 1.0 / 4);
  progress.submitting = true;
  EXPECT_DOUBLE_EQ(progress.share(), 3.5 / 4);
}

}  // namespace
}  // namespace mls::trial
