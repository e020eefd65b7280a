#include <gtest/gtest.h>

#include "cli/suite_progress.hpp"
#include "cli/suite_report.hpp"
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

TEST_F(SuiteReport, TheTableSaysWhatFailedAndWhy) {
  const std::string text = suite_text(result_);
  EXPECT_NE(text.find("tuner on lite, recorded as \"mine\""), std::string::npos) << text;
  EXPECT_NE(text.find("other: failed: disk full"), std::string::npos) << text;
  EXPECT_NE(text.find("2 tasks"), std::string::npos) << text;
}

}  // namespace
}  // namespace mls::cli
