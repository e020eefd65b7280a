#include "trial/trial_log.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/hash.hpp"
#include "trial/trial.hpp"

namespace mls::trial {
namespace {

class Log : public ::testing::Test {
 protected:
  static TrialKey key() {
    return {"play", "t", "y", "public", "tuner", {{"seed", 1}, {"tests", 20}}, "tuner"};
  }
  /// The hash of some method.
  static std::string sha(const std::string& name) { return sha256_hex(name); }
  static Json test_event(const std::string& name) {
    TestReport report;
    report.method_sha256 = sha(name);
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
  differs([](TrialKey& one) { one.conditions.context = Conditions::Context::none; });
  differs([](TrialKey& one) { one.conditions.context = Conditions::Context::derivations; });
  differs([](TrialKey& one) { one.conditions.stance = Conditions::Stance::engineering; });
  differs([](TrialKey& one) { one.conditions.capacity = Conditions::Capacity::off; });
  differs([](TrialKey& one) { one.conditions.surface = Conditions::Surface::strict; });
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
  ASSERT_EQ(history.tests().size(), 2U);
  EXPECT_EQ(history.tests()[1].method_sha256, sha("b"));
  EXPECT_EQ(history.tests()[1].score, 0.25);
  EXPECT_FALSE(history.submitting_sha256);
  log_.event("submitting", {{"method_sha256", "b"}});
  EXPECT_EQ(log_.history().submitting_sha256, "b");
  EXPECT_TRUE(log_.history().submitting_since.starts_with("20"));
}

TEST_F(Log, ATornLineIsSkippedAndClosed) {
  log_.event("test", test_event("a"));
  raw("events.jsonl", R"({"time":"2026","event":"test","metho)");
  EXPECT_EQ(log_.history().tests().size(), 1U);
  log_.event("test", test_event("b"));
  EXPECT_EQ(log_.history().tests().size(), 2U);
}

TEST_F(Log, AnAgentThatGoesAnotherWayForgetsTheRest) {
  for (const char* sha256 : {"a", "b", "c"}) log_.event("test", test_event(sha256));
  log_.event("diverged", {{"steps", 1}});
  log_.event("test", test_event("d"));
  ASSERT_EQ(log_.history().tests().size(), 2U);
  EXPECT_EQ(log_.history().tests()[1].method_sha256, sha("d"));
}

TEST_F(Log, TellsWhichStepsWereTakenAndHowLong) {
  log_.event("edit", {{"method_sha256", sha("a")}, {"used", to_json(Used{1, 0, 2.5})}});
  log_.event("test", test_event("a"));
  log_.event("note", {{"text", "hm"}, {"used", to_json(Used{2, 1, 7.25})}});
  log_.event("submission", {{"method_sha256", sha("a")}, {"predictions", {{"x", 1}}}});
  TrialHistory history = log_.history();
  ASSERT_EQ(history.steps.size(), 4U);
  EXPECT_EQ(history.steps[0].kind, Step::Kind::edit);
  EXPECT_EQ(history.steps[3].kind, Step::Kind::submission);
  EXPECT_EQ(history.steps[3].predictions.at("x"), 1);
  EXPECT_EQ(history.seconds, 7.25);
  EXPECT_FALSE(history.ended);
  log_.event("ended", {{"why", "time"}});
  EXPECT_TRUE(log_.history().ended);
}

TEST_F(Log, MethodsAreKeptUnderTheirHash) {
  const auto method = evaluate::method_from_source("int f();\n");
  log_.keep(method);
  log_.keep(method);
  EXPECT_EQ(log_.kept(method.sha256).source, method.source);
  EXPECT_THROW((void)log_.kept(sha("other")), Error);
  EXPECT_THROW((void)log_.kept("../../etc/passwd"), Error);
  write_atomic(log_.folder() / "methods" / (sha("forged") + ".cpp"), "int g();\n");
  EXPECT_THROW((void)log_.kept(sha("forged")), Error);
}

TEST_F(Log, IsFoundByTheBeginningOfItsId) {
  Json created{{"format", trial_format}};
  created.update(to_json(key()));
  log_.event("created", created);
  EXPECT_EQ(TrialLog::named(home_.path(), log_.id()).id(), log_.id());
  EXPECT_EQ(TrialLog::named(home_.path(), "play-t").id(), log_.id());
  EXPECT_EQ(TrialLog::named(home_.path(), log_.folder().string()).id(), log_.id());
  EXPECT_EQ(TrialLog::named(home_.path(), log_.folder().string() + "/").id(), log_.id());
  for (const char* wrong : {"run", "../runs", "/", "."}) {
    try {
      (void)TrialLog::named(home_.path(), wrong);
      FAIL() << wrong;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(log_.id()), std::string::npos) << error.what();
    }
  }
}

TEST_F(Log, WhatCannotBeFoundOrReadIsSaidWithARemedy) {
  const auto error = [&](const std::string& name) {
    try {
      (void)TrialLog::named(home_.path(), name);
    } catch (const Error& failure) {
      EXPECT_EQ(failure.exit_code(), 2);
      return std::string(failure.what());
    }
    return std::string("no error");
  };
  EXPECT_NE(error("play").find("there is none at all, `mls run` makes them"), std::string::npos)
      << error("play");
  for (int i = 0; i < 30; ++i)
    write_atomic(trials_folder(home_.path()) / fmt::format("many-{:02}", i) / "x", "");
  EXPECT_NE(error("meny-17").find("did you mean \"many-17\"? There are: many-00"), std::string::npos);
  EXPECT_NE(error("meny-17").find("many-07 and 22 more"), std::string::npos) << error("meny-17");
  EXPECT_NE(error("many").find("may be any of many-00"), std::string::npos);
  EXPECT_NE(error("many-03").find("no event can be read in it: it is missing, empty or torn; restore"),
            std::string::npos)
      << error("many-03");
  log_.event("created", {{"format", trial_format}});
  EXPECT_NE(error(log_.id()).find("or delete it to begin the trial anew"), std::string::npos);
  const evaluate::Method method = evaluate::method_from_source("int a;\n");
  try {
    (void)log_.kept(method.sha256);
    FAIL();
  } catch (const Error& failure) {
    EXPECT_NE(std::string(failure.what()).find("the log names this method; restore it"), std::string::npos)
        << failure.what();
  }
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
  log_.finish({"run-1", "abc", 20, "def"});
  const auto end = log_.end();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->run, "run-1");
  EXPECT_EQ(end->method_sha256, "abc");
  EXPECT_EQ(end->tests, 20);
  EXPECT_EQ(end->vanilla_sha256, "def");
}

TEST_F(Log, AnEndThatCannotBeReadIsNamedAndLeftAlone) {
  std::filesystem::create_directories(log_.folder());
  for (const char* bytes : {"", "{", "[]", R"({"format":1})", R"({"format":2,"run":"r"})",
                            R"({"format":2,"run":"r","method_sha256":"a","tests":"many"})"}) {
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
