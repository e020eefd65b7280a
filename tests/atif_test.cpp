// Trajectories of real trials, read by the validator of the format's own project.
#include "trial/atif.hpp"

#include "llm/scripted_server.hpp"
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
  ::setenv("MLS_TEST_KEY", "sk-sesame-open", 1);
  for (const char* api : {"openai", "anthropic"}) {
    const auto calls = [](const std::string& name, const std::string& arguments) {
      return llm::Says{.text = "I go on.", .calls = {{"c0", name, arguments}}, .reasoning = "Because."};
    };
    std::vector<llm::Answer> script;
    for (const llm::Says& says :
         {calls("note", R"({"text": "why"})"), calls("edit", "not JSON"), calls("dance", "{}"),
          calls("edit", R"({"old_text": "#include <cmath>", "new_text": "#include <cmath>  // mine"})"),
          calls("test", "{}"), calls("submit", "{}"), llm::Says{.text = "Done."}})
      script.push_back({.body = llm::stream_of(api, says)});
    const llm::ScriptedServer server(std::move(script));
    const fs::path config = folder_.path() / "model.toml";
    write_atomic(config, std::string("[model]\napi = \"") + api + "\"\nname = \"m\"\nurl = \"" +
                             server.url() +
                             "\"\nkey_variable = \"MLS_TEST_KEY\"\n[price]\ninput = 1\noutput = 2\n");
    const Finished finished = mls(
        {"run", "--suite", bandit, "--agent", "llm", "--config", config.string(), "--name", api, "--json"});
    ASSERT_EQ(finished.exit_code, 0) << finished.err;
    const std::string trial = Json::parse(finished.out).at("trials").at(0).at("trial");
    const Json trajectory = json({"trace", trial, "--atif"});
    EXPECT_EQ(faults_of(trajectory), "");
    EXPECT_EQ(trajectory.at("agent").at("name"), "llm");
    EXPECT_EQ(trajectory.at("final_metrics").at("total_prompt_tokens"), 7 * 3000);
    EXPECT_GT(trajectory.at("final_metrics").at("total_cost_usd"), 0.0);
    const std::string text = trajectory.dump();
    for (const char* part : {"Because.", "// mine", "your method", "scripted-1"})
      EXPECT_NE(text.find(part), std::string::npos) << part;
  }
}

TEST_F(Trajectories, ThatAreWrongAreNotAccepted) {
  Json trajectory = trial::atif_trajectory("t", {});
  trajectory["surplus"] = 1;
  EXPECT_NE(faults_of(trajectory).find("trajectory.surplus"), std::string::npos);
}

}  // namespace
}  // namespace mls
