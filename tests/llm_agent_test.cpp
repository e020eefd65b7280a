// Language models as agents, as `mls run --agent llm` runs them: whole trials against a server on this
// machine that follows a script, with real evaluations.
#include <gtest/gtest.h>
#include <signal.h>

#include <set>
#include <thread>

#include "core/rng.hpp"
#include "llm/scripted_server.hpp"
#include "tests/short_tree.hpp"

namespace mls {
namespace {

using llm::Answer;
using llm::Says;

constexpr const char* key = "sk-sesame-open";

class LlmAgents : public ShortTree, public ::testing::WithParamInterface<std::string> {
 protected:
  LlmAgents() { ::setenv("MLS_TEST_KEY", key, 1); }

  Answer saying(const Says& says) const { return {.body = llm::stream_of(GetParam(), says), .piece = 100}; }
  /// Calls one tool.
  Answer calling(const std::string& tool, const Json& arguments = Json::object()) const {
    return saying({.text = "Next.", .calls = {{"", tool, arguments.dump()}}});
  }
  Answer done() const { return saying({.text = "Done."}); }

  std::vector<std::string> run(const llm::ScriptedServer& server, const std::string& more = "",
                               const std::string& tier = "full") const {
    const fs::path file = folder_.path() / "model.toml";
    write_atomic(file, "[model]\napi = \"" + GetParam() + "\"\nname = \"scripted\"\nurl = \"" + server.url() +
                           "\"\nkey_variable = \"MLS_TEST_KEY\"\n[price]\ninput = 3\noutput = 15\n[limits]\n"
                           "seconds = 200\nretries = 2\nfirst_wait_seconds = 0.01\n" +
                           more);
    return {"run", "--suite", bandit, "--agent", "llm", "--config", file.string(), "--tier", tier, "--json"};
  }

  std::string scored_method() const { return read_file(trial_folder() / "method.cpp"); }
  std::string baseline(const std::string& id) const {
    return read_file(task_folder() / "baselines" / (id + ".cpp"));
  }
  std::string start_method() const { return read_file(task_folder() / "method.cpp"); }

  void expect_no_key() const {
    for (const auto& entry : fs::recursive_directory_iterator(home())) {
      if (!entry.is_regular_file()) continue;
      EXPECT_EQ(read_file(entry.path()).find(key), std::string::npos) << entry.path();
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Api, LlmAgents, ::testing::Values("openai", "anthropic"),
                         [](const auto& api) { return api.param; });

TEST_P(LlmAgents, AnHonestOneViewsEditsTestsAndSubmits) {
  calibrate();
  const llm::ScriptedServer server(
      {calling("view", {{"path", "baselines/kl_ucb.cpp"}}), calling("write", {{"text", baseline("kl_ucb")}}),
       calling("test", {{"note", "as published"}}),
       calling("write", {{"text", baseline("kl_ucb") + "// mine\n"}}), calling("submit"), done()});
  const Json result = json(run(server));
  ASSERT_EQ(result.at("done"), 1) << result << log_lines();
  const Json trial = result.at("trials").at(0);
  EXPECT_EQ(scored_method(), baseline("kl_ucb") + "// mine\n");
  EXPECT_TRUE(trial.at("score").is_number());
  EXPECT_TRUE(trial.at("vanilla").is_number());
  EXPECT_EQ(trial.at("tests"), 1);
  EXPECT_EQ(events("test").at(0).at("note"), "as published");
  EXPECT_EQ(events("test").at(0).at("used").at("actions"), 2);
  const std::string told = events("tool_result").at(2).at("text");
  EXPECT_NE(told.find("your method"), std::string::npos) << told;
  EXPECT_NE(told.find("1 of 3 tests, 2 of 20 actions"), std::string::npos) << told;
  EXPECT_EQ(told.find("heavy"), std::string::npos) << "hidden settings stay hidden";
  EXPECT_NE(server.requests().back().body.find("1 of 3 tests"), std::string::npos);
  for (const auto& request : server.requests()) EXPECT_EQ(request.body.find("heavy"), std::string::npos);

  const Finished trace = mls({"trace", bandit});
  EXPECT_EQ(trace.exit_code, 0) << trace.err;
  for (const char* part : {"calls view", "+// mine", "as published", "Done.", "cost_usd"})
    EXPECT_NE(trace.out.find(part), std::string::npos) << part << trace.out;
  EXPECT_NE(trace.out.find("\ntotal: 6 answers, 18000 tokens read, 600 written, $0.0630\n"),
            std::string::npos)
      << trace.out;
  const Json tokens{{"prompt", 18000}, {"completion", 600}, {"cached", 0}};
  for (const Json& one : {trial, Json::parse(read_file(trial_folder() / "trial.json"))}) {
    EXPECT_EQ(one.at("turns"), 6);
    EXPECT_EQ(one.at("tokens"), tokens);
    EXPECT_DOUBLE_EQ(one.at("cost_usd").get<double>(), (18000 * 3 + 600 * 15) / 1e6);
  }
  EXPECT_EQ(result.at("cost_usd"), trial.at("cost_usd"));
  EXPECT_NE(mls({"run", "--resume"}).out.find(bandit + std::string(": 6 answers, 18000 tokens read")),
            std::string::npos);
  const Json replay = json({"replay", bandit, "--json"});
  ASSERT_EQ(replay.size(), 3U);
  for (const Json& one : replay) EXPECT_EQ(one.at("same"), true) << one;
  expect_no_key();

  // Asked for again, it is done.
  EXPECT_EQ(json(run(server)).at("done"), 1);
  EXPECT_EQ(server.requests().size(), 6U);
}

TEST_P(LlmAgents, WhatWasTestedLastIsScoredWhenTheModelForgetsToSubmit) {
  const llm::ScriptedServer server(
      {calling("write", {{"text", start_method() + "// tested\n"}}), calling("test"), calling("test"),
       calling("write", {{"text", start_method() + "// not\n"}}), done(), done(), done()});
  ASSERT_EQ(json(run(server, "", "lite")).at("done"), 1) << log_lines();
  EXPECT_EQ(scored_method(), start_method() + "// tested\n");
  EXPECT_EQ(events("submitting").at(0).at("why"), "last test");
  EXPECT_EQ(events("refused").at(0).at("reason"), "budget");
  EXPECT_NE(events("tool_result").at(2).at("text").get<std::string>().find("no test is left"),
            std::string::npos);
}

TEST_P(LlmAgents, MethodsThatDoNotCompileAreExplained) {
  const llm::ScriptedServer server({calling("write", {{"text", "#error no\n"}}), calling("test"),
                                    calling("undo"), calling("submit"), done()});
  ASSERT_EQ(json(run(server)).at("done"), 1) << log_lines();
  const std::string told = events("tool_result").at(1).at("text");
  EXPECT_NE(told.find("compile_error"), std::string::npos) << told;
  EXPECT_EQ(scored_method(), start_method());
}

TEST_P(LlmAgents, WhatTheyPredictIsHeldAgainstWhatComes) {
  calibrate();
  const auto predicted = [](double score, double deviation) {
    return Json{{"predictions", {{"stochastic", {{"score", score}, {"deviation", deviation}}}}}};
  };
  const llm::ScriptedServer server({calling("write", {{"text", baseline("kl_ucb")}}),
                                    calling("test", predicted(101, 5)), calling("test", predicted(30, 5)),
                                    calling("submit", predicted(90, 100)), done()});
  auto command = run(server);
  command.push_back("--predict");
  const Json result = json(command);
  ASSERT_EQ(result.at("done"), 1) << result << log_lines();
  EXPECT_NE(server.requests().front().body.find("\"predictions\""), std::string::npos);
  EXPECT_NE(events("tool_result").at(1).at("text").get<std::string>().find("0 ... 100"), std::string::npos);
  ASSERT_EQ(events("test").size(), 1U);
  EXPECT_EQ(events("test").at(0).at("predictions").at("stochastic").at("score"), 30);
  EXPECT_EQ(events("submission").at(0).at("predictions").at("stochastic").at("score"), 90);
  const Json foresight = result.at("trials").at(0).at("foresight");
  EXPECT_EQ(foresight.at("predictions"), 2);
  EXPECT_DOUBLE_EQ(foresight.at("sharpness").get<double>(), 52.5);
  EXPECT_EQ(foresight.at("kept_the_best"), true);
}

TEST_P(LlmAgents, FaultsThatPassAreSurvived) {
  const std::string whole = saying({.calls = {{"", "submit", "{}"}}}).body;
  const llm::ScriptedServer server({{.status = 429, .headers = {"Retry-After: 1"}, .body = "slow down"},
                                    {.status = 503, .body = std::string("your key ") + key},
                                    calling("write", {{"text", start_method() + "// mine\n"}}),
                                    {.body = whole.substr(0, whole.size() / 2), .cut = true},
                                    {.body = whole},
                                    done()});
  ASSERT_EQ(json(run(server)).at("done"), 1) << log_lines();
  EXPECT_EQ(scored_method(), start_method() + "// mine\n");
  EXPECT_EQ(events("retry").size(), 3U);
  EXPECT_GE(events("retry").at(0).at("wait_s"), 1);
  expect_no_key();
}

TEST_P(LlmAgents, AServerThatIsDownFailsTheTrialWhichGoesOnLater) {
  auto server = std::make_unique<llm::ScriptedServer>(
      std::vector<Answer>{calling("write", {{"text", start_method() + "// mine\n"}})});
  const auto command = run(*server);
  const Finished failed = mls(command);
  EXPECT_EQ(failed.exit_code, 3) << failed.out;
  EXPECT_NE(failed.err.find(server->url()), std::string::npos) << failed.err;
  EXPECT_NE(failed.err.find("given up after 3 attempts"), std::string::npos) << failed.err;
  const Json spent = Json::parse(failed.out).at("trials").at(0);
  EXPECT_EQ(spent.at("state"), "failed");
  EXPECT_EQ(spent.at("turns"), 1);
  EXPECT_GT(spent.at("cost_usd"), 0.01) << "it is paid for, whatever came of it";
  EXPECT_FALSE(fs::exists(home() / "runs"));
  const std::string before = log_lines();
  server.reset();
  EXPECT_NE(mls(command).err.find("cannot be reached"), std::string::npos);
  EXPECT_TRUE(log_lines().starts_with(before));
  expect_no_key();
}

TEST_P(LlmAgents, WrongSetUpsAreExplained) {
  const llm::ScriptedServer server({{.status = 401, .body = R"({"error":{"message":"no such key"}})"}});
  const Finished failed = mls(run(server));
  EXPECT_EQ(failed.exit_code, 2) << failed.out;
  EXPECT_NE(failed.err.find("answered 401: no such key"), std::string::npos) << failed.err;
  EXPECT_NE(mls(run(server, "turn = 3\n")).err.find("model.toml:13"), std::string::npos);
  expect_error({"run", "--suite", bandit, "--agent", "llm"}, 2, "--config");
}

TEST_P(LlmAgents, ATrialWhoseModelIsRefusedForGoodIsScoredWhenTold) {
  const Answer no{.status = 400, .body = R"({"error":{"message":"not with me"}})"};
  const llm::ScriptedServer server(
      {no, calling("write", {{"text", start_method() + "// mine\n"}}), calling("submit"), no, no});
  const auto command = run(server);
  auto finish = command;
  finish.emplace_back("--finish");
  const auto expect_nothing_to_score = [&] {
    const Finished nothing = mls(finish);
    EXPECT_EQ(nothing.exit_code, 2) << nothing.out;
    EXPECT_NE(nothing.err.find("there is nothing to score"), std::string::npos) << nothing.err;
  };
  expect_nothing_to_score();
  EXPECT_EQ(mls(command).err.find("--finish"), std::string::npos) << "there is nothing that it could score";
  expect_nothing_to_score();
  for (int i = 0; i < 2; ++i) {
    const Finished failed = mls(command);
    EXPECT_EQ(failed.exit_code, 2) << failed.out;
    EXPECT_NE(failed.err.find("not with me"), std::string::npos) << failed.err;
    EXPECT_NE(failed.err.find("--finish"), std::string::npos) << failed.err;
  }
  EXPECT_FALSE(fs::exists(home() / "runs"));
  const std::string before = log_lines();
  EXPECT_EQ(json({"run", "--resume", "--finish", "--json"}).at("done"), 1);
  EXPECT_TRUE(log_lines().starts_with(before));
  EXPECT_EQ(server.requests().size(), 5U) << "nobody is asked";
  EXPECT_EQ(events("ended").at(0).at("why"), "told to finish");
  EXPECT_EQ(events("submitting").at(0).at("why"), "submission");
  EXPECT_EQ(scored_method(), start_method() + "// mine\n");
  EXPECT_EQ(json(command).at("trials").at(0).at("earlier"), true);
}

TEST_P(LlmAgents, KilledAtAnyMomentTheConversationGoesOn) {
  calibrate();
  own_results();  // or a test would take no time in which to be killed
  std::vector<Answer> script;
  for (int i = 0; i < 60; ++i) {
    script.push_back(calling("write", {{"text", start_method() + "// " + std::to_string(i) + "\n"}}));
    script.push_back(calling(i % 2 == 0 ? "test" : "submit"));
  }
  for (Answer& answer : script) answer.delay_s = 0.1;
  const llm::ScriptedServer server(script);
  const auto command = run(server, "turns = 12\n");
  Rng rng(11);
  std::string before;
  int kills = 0;
  for (; kills < 8; ++kills) {
    const pid_t pid = started(command);
    std::this_thread::sleep_for(std::chrono::duration<double>(rng.uniform(0.2, 1.2)));
    ::kill(pid, SIGKILL);
    const int status = ended(pid);
    const std::string after = log_lines();
    ASSERT_TRUE(after.starts_with(before)) << "the log was rewritten";
    before = after;
    if (status == 0) break;
  }
  EXPECT_GE(kills, 1);
  ASSERT_EQ(mls(command).exit_code, 0) << log_lines();
  EXPECT_TRUE(log_lines().starts_with(before));
  std::set<std::string> systems;
  int answers = 0;
  for (const Json& message : events("message")) {
    if (message.at("from") == "system") systems.insert(message.at("text").get<std::string>());
    if (message.at("from") == "agent") ++answers;
  }
  EXPECT_EQ(systems.size(), 1U);
  EXPECT_EQ(events("message").at(0).at("from"), "system");
  EXPECT_EQ(answers, 12);
  EXPECT_LE(events("test").size(), 3U);
  EXPECT_EQ(events("tool_result").size(), 12U) << "every call is answered once";
  for (std::size_t i = 0; i < events("test").size(); ++i) EXPECT_EQ(events("test")[i].at("number"), i + 1);
}

}  // namespace
}  // namespace mls
