// Trajectories of real trials, read by the validator of the format's own project.
#include "trial/atif.hpp"

#include "tests/python_environment.hpp"
#include "tests/short_tree.hpp"

namespace mls {
namespace {

class Trajectories : public ShortTree {
 protected:
  void SetUp() override {
    environment = python_environment();
    if (!environment.unreachable.empty()) GTEST_SKIP() << environment.unreachable;
  }

  /// What the validator says, empty if it accepts.
  std::string faults_of(const Json& trajectory) const {
    const fs::path file = folder_.path() / "trajectory.json";
    write_atomic(file, trajectory.dump());
    const Finished finished = run_command(
        {{environment.python.string(), "-m", "harbor.utils.trajectory_validator", file.string()}, {}, {}});
    return finished.ok() ? "" : finished.out + finished.err + "\n" + trajectory.dump(1);
  }

  PythonEnvironment environment;
};

TEST_F(Trajectories, OfEveryKindOfAgentAreValid) {
  calibrate();
  const fs::path config = folder_.path() / "agent.toml";
  write_atomic(
      config,
      "[agent]\ncommand = [\"sh\", \"-c\", \"./mls-note so; echo '// x' >> method.cpp; ./mls-test --note "
      "y; ./mls-test --note again; ./mls-submit\"]\n");
  for (const std::vector<std::string>& agent :
       {std::vector<std::string>{"tuner", "--tests", "2"}, std::vector<std::string>{"start"},
        std::vector<std::string>{"command", "--tier", "lite", "--config", config.string()}}) {
    std::vector<std::string> run{"run", "--suite", bandit, "--agent"};
    run.insert(run.end(), agent.begin(), agent.end());
    const Finished finished = mls(run);
    ASSERT_EQ(finished.exit_code, 0) << finished.err;
    const Json trajectory = json({"trace", std::string(bandit) + "-" + agent[0], "--atif"});
    EXPECT_EQ(faults_of(trajectory), "");
    EXPECT_EQ(trajectory.at("agent").at("name"), agent[0]);
  }
}

TEST_F(Trajectories, OfModelsAreValid) {
  const std::vector<Json> events{
      {{"time", "2026-01-31T12:00:00Z"}, {"event", "created"}, {"agent", "llm"}, {"task", "t"}},
      {{"event", "message"}, {"from", "system"}, {"text", "be good"}},
      {{"event", "message"}, {"from", "user"}, {"text", "begin"}},
      {{"event", "message"},
       {"from", "agent"},
       {"text", ""},
       {"reasoning", "because"},
       {"model", "m-1"},
       {"calls",
        {{{"id", "1"}, {"name", "test"}, {"arguments", Json::object()}},
         {{"id", "2"}, {"name", "view"}, {"arguments", "not json"}}}},
       {"usage",
        {{"prompt_tokens", 100}, {"completion_tokens", 7}, {"cached_tokens", 60}, {"cost_usd", 0.25}}}},
      {{"event", "edit"}, {"diff", "+b\n"}},
      {{"event", "tool_result"}, {"id", "1"}, {"name", "test"}, {"text", "good"}, {"error", false}},
      {{"event", "tool_result"}, {"id", "7"}, {"name", "test"}, {"text", "lost"}, {"error", true}},
      {{"event", "ended"}, {"why", "the agent ended"}}};
  EXPECT_EQ(faults_of(trial::atif_trajectory("t", events)), "");
}

TEST_F(Trajectories, ThatAreWrongAreNotAccepted) {
  Json trajectory = trial::atif_trajectory("t", {});
  trajectory["surplus"] = 1;
  EXPECT_NE(faults_of(trajectory).find("trajectory.surplus"), std::string::npos);
}

}  // namespace
}  // namespace mls
