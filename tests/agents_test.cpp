// Agents that are programs, as `mls run --agent command` runs them: honest ones, clumsy ones, hostile ones.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "core/rng.hpp"
#include "tests/short_tree.hpp"
#include "trial/testing/loopback_host.hpp"

namespace mls {
namespace {

class Agents : public ShortTree {
 protected:
  /// A file that has sh run the script.
  fs::path agent(const std::string& script, const std::string& more = "") const {
    const fs::path file = folder_.path() / "agent.toml";
    write_atomic(file, "[agent]\ncommand = [\"sh\", \"-c\", '''" + script +
                           "''']\nseconds = 120\ndisk_mb = 16\n" + more);
    return file;
  }

  static std::vector<std::string> run(const fs::path& config, const std::string& tier = "full") {
    return {"run",      "--suite",       bandit,   "--agent", "command",
            "--config", config.string(), "--tier", tier,      "--json"};
  }

  /// Of the only trial, which is to succeed.
  Json trial(const std::string& script, const std::string& tier = "full") const {
    const Json result = json(run(agent(script), tier));
    EXPECT_EQ(result.at("done"), 1) << result << log();
    return result.at("trials").at(0);
  }

  std::string log() const {
    const fs::path file = trial_folder() / "agent.log";
    return fs::exists(file) ? read_file(file) : "";
  }

  /// Finished runs in the cache.
  std::size_t cached_runs() const {
    std::size_t count = 0;
    std::error_code changing;
    for (const auto& entry : fs::recursive_directory_iterator(home() / "results", changing)) {
      if (entry.path().extension() == ".json" && !entry.path().filename().string().starts_with('.')) ++count;
    }
    return count;
  }
  /// Without waiting for it.
  static bool has_ended(pid_t pid) {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
           info.si_pid == pid;
  }

  /// Those of the tests in the log.
  std::size_t runs_logged() const {
    constexpr std::size_t seeds = 2;
    std::size_t count = 0;
    for (const Json& test : events("test")) count += seeds * test.at("metrics").size();
    return count;
  }

  std::string scored_method() const { return read_file(trial_folder() / "method.cpp"); }
  std::string baseline(const std::string& id) const {
    return read_file(task_folder() / "baselines" / (id + ".cpp"));
  }
  std::string start_method() const { return read_file(task_folder() / "method.cpp"); }
};

TEST_F(Agents, AnHonestOneTestsNotesAndSubmits) {
  calibrate();
  const Json done = trial(
      "cat INSTRUCTIONS.md; cp baselines/kl_ucb.cpp method.cpp; ./mls-note trying KL-UCB && ./mls-test "
      "--note 'as published' && "
      "echo '// mine' >> method.cpp && ./mls-submit && ./mls-budget",
      "lite");
  EXPECT_EQ(scored_method(), baseline("kl_ucb") + "// mine\n");
  EXPECT_TRUE(done.at("score").is_number());
  EXPECT_TRUE(done.at("vanilla").is_number());
  EXPECT_EQ(done.at("tests"), 1);
  std::vector<std::string> kinds;
  for (const Json& event : events()) kinds.push_back(event.at("event"));
  EXPECT_EQ(kinds, (std::vector<std::string>{"created", "agent started", "note", "edit", "test", "edit",
                                             "submission", "agent ended", "ended", "submitting", "submitted",
                                             "vanilla"}));
  const Json test = events("test").at(0);
  EXPECT_EQ(test.at("note"), "as published");
  EXPECT_EQ(test.at("used").at("actions"), 2);
  EXPECT_NE(events("edit").at(1).at("diff").get<std::string>().find("+// mine"), std::string::npos);
  EXPECT_NE(log().find("at most 1 test"), std::string::npos) << log();
  EXPECT_NE(log().find("your method"), std::string::npos) << log();
  EXPECT_NE(log().find("1 of 1 tests, 3 of 8 actions"), std::string::npos) << log();
  for (const Json& setting : test.at("settings"))
    EXPECT_EQ(log().find("heavy"), std::string::npos) << setting;
  EXPECT_FALSE(fs::exists(trial_folder() / "desk"));

  const Finished trace = mls({"trace", trial_folder().filename().string()});
  EXPECT_EQ(trace.exit_code, 0) << trace.err;
  for (const char* part :
       {"trying KL-UCB", "+// mine", "as published", "submission of", "exited with status 0"})
    EXPECT_NE(trace.out.find(part), std::string::npos) << part << trace.out;
  EXPECT_EQ(json({"trace", bandit, "--json"}).size(), events().size());

  for (const Json& row : json({"leaderboard", bandit, "--json"})) {
    if (row.at("kind") != "submission") continue;
    EXPECT_EQ(row.at("vanilla").at("score").get<double>(), done.at("vanilla").get<double>());
    EXPECT_EQ(row.at("first_run"), nullptr);
  }

  const Json replay = json({"replay", bandit, "--json"});
  ASSERT_EQ(replay.size(), 3U);
  for (const Json& one : replay) EXPECT_EQ(one.at("same"), true) << one;
  EXPECT_EQ(replay[1].at("now"), done.at("score"));
  // A record that somebody improved on does not pass.
  const fs::path file = trial_folder() / "events.jsonl";
  write_atomic(file, replaced(log_lines(), "\"score\":" + test.at("score").dump(), "\"score\":0.987"));
  EXPECT_EQ(mls({"replay", bandit}).exit_code, 1);
  // And neither does a method that somebody exchanged.
  for (const auto& entry : fs::directory_iterator(trial_folder() / "methods"))
    write_atomic(entry.path(), "int f();\n");
  expect_error({"replay", bandit}, 2, "SHA-256");
}

TEST_F(Agents, VanillaIsTheFirstTestAndTheAgentItsLastSubmission) {
  calibrate();
  const Json done = trial(
      "./mls-test; cp baselines/thompson.cpp method.cpp; ./mls-test; cp baselines/kl_ucb.cpp method.cpp; "
      "./mls-submit");
  const auto score_of = [&](const fs::path& method) {
    return json({"eval", bandit, "--method", method.string(), "--json"}).at("score").get<double>();
  };
  const fs::path baselines = task_folder() / "baselines";
  const double first = score_of(task_folder() / "method.cpp");
  const double submitted = score_of(baselines / "kl_ucb.cpp");
  EXPECT_EQ((std::set<double>{first, submitted, score_of(baselines / "thompson.cpp")}).size(), 3U);
  EXPECT_NEAR(done.at("vanilla").get<double>(), first, 1e-9);
  EXPECT_NEAR(done.at("score").get<double>(), submitted, 1e-9);

  // Whoever improves on a record is found out: scores that are stored, and the runs behind them.
  const fs::path result = home() / "runs" / done.at("run") / "result.json";
  const fs::path vanilla = trial_folder() / "vanilla.json";
  EXPECT_EQ(mls({"replay", bandit}).exit_code, 0);
  for (const fs::path& file : {result, vanilla}) {
    const Json honest = Json::parse(read_file(file));
    Json forged = honest;
    forged["score"]["score"] = 98.7;
    write_atomic(file, forged.dump());
    const Finished stored = mls({"replay", bandit});
    EXPECT_EQ(stored.exit_code, 1) << file << stored.err;
    EXPECT_NE(stored.out.find("the stored score is 98.7"), std::string::npos) << stored.out;
    forged = honest;
    forged["evaluation"]["runs"][0]["metrics"]["regret"] = 0.5;
    write_atomic(file, forged.dump());
    const Finished measured = mls({"replay", bandit});
    EXPECT_EQ(measured.exit_code, 1) << file << measured.err;
    EXPECT_NE(measured.out.find("regret 0.5, now "), std::string::npos) << measured.out;
    forged = honest;
    forged["evaluation"]["method_sha256"] = events("test").at(1).at("method_sha256");
    write_atomic(file, forged.dump());
    expect_error({"replay", bandit}, 2, "the record of the");
    write_atomic(file, honest.dump());
  }
}

TEST_F(Agents, TheBudgetIsKeptWhateverTheyAskFor) {
  calibrate();
  const Json done = trial(
      "for i in 1 2 3 4; do echo \"// $i\" >> method.cpp; ./mls-test; done; ./mls-submit; echo '// 5' >> "
      "method.cpp; ./mls-submit; exit 0");
  EXPECT_EQ(done.at("tests"), 3);
  ASSERT_EQ(events("refused").size(), 1U);
  EXPECT_EQ(events("refused")[0].at("reason"), "budget");
  EXPECT_NE(log().find("no test is left: 3 were granted"), std::string::npos) << log();
  EXPECT_EQ(scored_method(), start_method() + "// 1\n// 2\n// 3\n// 4\n// 5\n");
}

TEST_F(Agents, WhoActsWhileATestRunsGetsNoMoreThanGranted) {
  // Slow, and never the same twice, or its results would come from the cache at once.
  (void)trial(
      "echo \"// $(date +%s%N)\" >> method.cpp; printf '#include <thread>\\nstatic const bool slow = "
      "(std::this_thread::sleep_for(std::chrono::milliseconds(300)), true);\\n' >> method.cpp; ./mls-test "
      "--no-wait; "
      "for i in 1 2 3 4 5 6 7; do echo \"// $i\" >> method.cpp; ./mls-submit; done; ./mls-test --result; "
      "./mls-budget",
      "lite");
  const auto refused = events("refused");
  ASSERT_EQ(refused.size(), 1U) << log();
  EXPECT_EQ(refused[0].at("reason"), "budget");
  EXPECT_EQ(refused[0].at("used").at("tests"), 0) << "the test had ended before the last edit";
  EXPECT_EQ(events("test").at(0).at("status"), "ok") << log();
  EXPECT_EQ(events("test").at(0).at("used").at("actions"), 8);
  EXPECT_NE(log().find("1 of 1 tests, 8 of 8 actions"), std::string::npos) << log();
}

TEST_F(Agents, WhatIsEditedOutsideTheSurfaceHasNoEffect) {
  const Json done = trial(
      "chmod -R u+w .; for f in surface.hpp scaffold.cpp README.md baselines/*.cpp .mls-workspace.toml; do "
      "echo '#error no' > $f; done; "
      "echo '// mine' >> method.cpp; ./mls-submit");
  EXPECT_EQ(scored_method(), start_method() + "// mine\n");
  EXPECT_EQ(done.at("state"), "done");
  EXPECT_NE(log().find("without any effect"), std::string::npos) << log();
  EXPECT_NE(log().find("surface.hpp"), std::string::npos) << log();
  for (const Json& run :
       Json::parse(read_file(home() / "runs" / done.at("run") / "result.json")).at("evaluation").at("runs"))
    EXPECT_EQ(run.at("status"), "ok");
}

TEST_F(Agents, AStrictSurfaceTakesMethodsOnlyFromAnUntouchedWorkspace) {
  auto words = run(
      agent("echo mine > notes.txt; ./mls-test || exit 9; chmod u+w surface.hpp baselines; echo '// more' >> "
            "surface.hpp; "
            "rm -f baselines/kl_ucb.cpp; ./mls-test; ./mls-submit; "
            "cp /mls/workspace/surface.hpp surface.hpp; cp /mls/workspace/baselines/kl_ucb.cpp baselines/; "
            "echo '// mine' >> method.cpp; ./mls-submit"));
  words.insert(words.end(), {"--surface", "strict"});
  const Json result = json(words);
  EXPECT_EQ(result.at("done"), 1) << result << log();
  EXPECT_EQ(result.at("conditions").at("surface"), "strict");
  EXPECT_EQ(scored_method(), start_method() + "// mine\n");
  const auto refused = events("refused");
  ASSERT_EQ(refused.size(), 2U) << log();
  for (const Json& one : refused) {
    EXPECT_EQ(one.at("reason"), "surface");
    for (const char* file : {"surface.hpp", "baselines/kl_ucb.cpp"})
      EXPECT_NE(one.at("message").get<std::string>().find(file), std::string::npos) << one;
  }
  EXPECT_EQ(events("created").at(0).at("conditions").at("surface"), "strict");
  EXPECT_NE(mls({"trace", bandit}).out.find("\"surface\":\"strict\""), std::string::npos);
}

TEST_F(Agents, WithoutContextNoBaselineIsInSight) {
  calibrate();
  auto words = run(agent("ls; cat README.md INSTRUCTIONS.md; ls /mls/workspace; ./mls-test; ./mls-submit"));
  words.insert(words.end(), {"--context", "none", "--stance", "engineering", "--capacity", "off"});
  const Json result = json(words);
  ASSERT_EQ(result.at("done"), 1) << result << log();
  EXPECT_NE(log().find("Get the best score you can"), std::string::npos) << log();
  EXPECT_NE(log().find("there is no cap"), std::string::npos) << log();
  for (const char* part : {"baselines/", "\nbaselines", "## Baselines", "kl_ucb", "thompson", "glr_klucb"})
    EXPECT_EQ(log().find(part), std::string::npos) << part << log();
  EXPECT_EQ(result.at("comparable"), false);
  EXPECT_EQ(result.at("label"), "command (context none, stance engineering, capacity off)");
  EXPECT_TRUE(result.at("trials").at(0).at("score").is_number());
  for (const Json& row : json({"leaderboard", "--json"}))
    EXPECT_EQ(row.at("name").get<std::string>().find("command"), std::string::npos) << row;
  for (const Json& one : json({"replay", bandit, "--json"})) EXPECT_EQ(one.at("same"), true) << one;
  // Going on alone means under the same conditions, and other conditions are another trial.
  EXPECT_EQ(json({"run", "--resume", "--json"}).at("trials").at(0).at("earlier"), true);
  auto usual = run(folder_.path() / "agent.toml");
  EXPECT_EQ(json(usual).at("trials").at(0).at("earlier"), false);
}

TEST_F(Agents, DerivationsAreShownOrTheRunIsRefused) {
  auto words = run(agent("cat derivations.md INSTRUCTIONS.md; ./mls-submit"));
  words.insert(words.end(), {"--context", "derivations"});
  EXPECT_EQ(json(words).at("done"), 1) << log();
  EXPECT_NE(log().find("## thompson"), std::string::npos) << log();
  EXPECT_NE(log().find("derivations.md says of each baseline"), std::string::npos) << log();
  fs::remove(task_folder() / "derivations.md");
  expect_error(words, 2, "there are no derivations");
  words.back() = "derivation";
  expect_error(words, 2, "did you mean \"derivations\"?");
}

TEST_F(Agents, WhatIsNoSourceTextIsRefusedAndWhatWasSubmittedBeforeCounts) {
  (void)trial(
      "echo '// good' >> method.cpp; ./mls-submit; : > method.cpp; ./mls-submit; head -c 300 /dev/urandom > "
      "method.cpp; "
      "./mls-submit; ./mls-test; rm method.cpp; ./mls-submit; ln -s /etc/shadow method.cpp; ./mls-submit; "
      "exit 0");
  EXPECT_EQ(scored_method(), start_method() + "// good\n");
  EXPECT_EQ(events("refused").size(), 3U);
  for (const char* part : {"the method is empty", "cannot be read"})
    EXPECT_NE(log().find(part), std::string::npos) << part << log();
}

TEST_F(Agents, ThoseThatDestroyTheirToolsAreScoredByWhatTheyTested) {
  (void)trial(
      "echo '// tested' >> method.cpp; ./mls-test --no-wait; rm -f mls-* .mls* ; rm -rf /mls; kill -9 -1; "
      "sleep 0.2; "
      "mls-test --result >/dev/null; kill -9 $$");
  EXPECT_EQ(scored_method(), start_method() + "// tested\n");
  EXPECT_EQ(events("submitting").at(0).at("why"), "last test");
}

TEST_F(Agents, ThoseThatFillTheDiskFillTheirOwn) {
  (void)trial(
      "for d in /work /tmp /home/agent /dev/shm; do head -c 100000000 /dev/zero > $d/big; done; df /work; rm "
      "/work/big; "
      "echo '// after' >> method.cpp; ./mls-submit");
  EXPECT_EQ(scored_method(), start_method() + "// after\n");
  EXPECT_NE(log().find("No space left"), std::string::npos) << log();
}

TEST_F(Agents, TimeEndsThemAndTheLastSubmissionCounts) {
  const auto config = agent(
      "echo '// in time' >> method.cpp; ./mls-submit; echo '// late' >> method.cpp; sleep 60; ./mls-submit");
  write_atomic(config, replaced(read_file(config), "seconds = 120", "seconds = 2"));
  const auto before = std::chrono::steady_clock::now();
  const Json result = json(run(config));
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(50));
  EXPECT_EQ(result.at("done"), 1) << result;
  EXPECT_EQ(scored_method(), start_method() + "// in time\n");
  EXPECT_EQ(events("ended").at(0).at("why"), "time is up");
  EXPECT_EQ(events("agent ended").at(0).at("how"), "was ended");
}

TEST_F(Agents, ThatNeverStopSubmittingAreEndedAndNothingIsTakenAfterwards) {
  const auto config = agent("while :; do echo '// more' >> method.cpp; ./mls-submit; done");
  write_atomic(config, replaced(read_file(config), "seconds = 120", "seconds = 3"));
  EXPECT_EQ(json(run(config, "explore")).at("done"), 1);
  const auto all = events();
  const auto end = std::ranges::find(all, "ended", [](const Json& event) { return event.at("event"); });
  ASSERT_NE(end, all.end());
  EXPECT_TRUE(
      std::none_of(end, all.end(), [](const Json& event) { return event.at("event") == "submission"; }));
  ASSERT_FALSE(events("submission").empty());
  EXPECT_EQ(events("submitting").at(0).at("method_sha256"), events("submission").back().at("method_sha256"));
}

TEST_F(Agents, ReachListedDestinationsAndNothingElse) {
  const trial::LoopbackHost model("welcome\n");
  const trial::LoopbackHost other("secret\n");
  const std::string ask =
      "ask() { bash -c 'exec 3<>/dev/tcp/127.0.0.1/${HTTPS_PROXY##*:} && printf \"CONNECT $0 "
      "HTTP/1.1\\r\\n\\r\\n\" >&3 "
      "&& head -n $1 <&3' $1 $2; }\n";
  const auto config = agent(ask + "ls /proc/self/fd; kill -9 -1; ask " + model.at("localhost") + " 3; ask " +
                                other.at("localhost") + " 7; ask example.org:443 7; ask " +
                                model.at("127.0.0.1") + " 7; bash -c ': </dev/tcp/127.0.0.1/" +
                                std::to_string(model.port()) + "' && echo directly; ./mls-submit",
                            "network = [\"" + model.at("localhost") + "\"]\n");
  EXPECT_EQ(json(run(config)).at("done"), 1) << log();
  EXPECT_NE(log().find("200 Connection established"), std::string::npos) << log();
  EXPECT_NE(log().find("welcome"), std::string::npos) << log();
  EXPECT_NE(log().find("403 Forbidden"), std::string::npos) << log();
  EXPECT_NE(log().find("there are: " + model.at("localhost")), std::string::npos) << log();
  for (const char* part : {"secret", "directly", "\n4\n"})
    EXPECT_EQ(log().find(part), std::string::npos) << log();
  std::vector<std::string> refused;
  for (const Json& event : events("connection refused")) refused.push_back(event.at("destination"));
  EXPECT_EQ(refused,
            (std::vector<std::string>{other.at("localhost"), "example.org:443", model.at("127.0.0.1")}));
  const Json traffic = events("network").at(0);
  EXPECT_EQ(traffic.at("refused"), 3);
  EXPECT_EQ(traffic.at("destinations").at(0).at("connections"), 1);
  EXPECT_EQ(traffic.at("destinations").at(0).at("received"), 8);
  EXPECT_EQ(events("created").at(0).at("settings").at("network"), Json::array({model.at("localhost")}));
  EXPECT_NE(mls({"trace", bandit}).out.find("example.org:443"), std::string::npos);
}

TEST_F(Agents, ThatCannotWorkFailTheTrialInsteadOfScoring) {
  const Finished failed = mls(run(agent("echo the key is wrong >&2; printf '\\033[2Jgone'; exit 7")));
  EXPECT_EQ(failed.exit_code, 2) << failed.out;
  EXPECT_NE(failed.err.find("exited with status 7"), std::string::npos) << failed.err;
  EXPECT_NE(failed.err.find("the key is wrong"), std::string::npos) << failed.err;
  EXPECT_NE(failed.err.find("\\x1b[2Jgone"), std::string::npos) << "terminals obey what agents print";
  EXPECT_FALSE(fs::exists(home() / "runs"));
  const auto config = folder_.path() / "needy.toml";
  write_atomic(config, "[agent]\ncommand = [\"true\"]\nenvironment = [\"NOBODY_SET_THIS\"]\n");
  EXPECT_NE(mls(run(config)).err.find("NOBODY_SET_THIS"), std::string::npos);
  write_atomic(config, "[agent]\ncommand = [\"true\"]\nnetwork = [\"nobody-has-this-name.invalid:443\"]\n");
  EXPECT_NE(mls(run(config)).err.find("nobody-has-this-name.invalid:443\" cannot be resolved"),
            std::string::npos);
  write_atomic(config, "[agent]\ncommand = [\"true\"]\nmounts = [\"" + root().string() + "\"]\n");
  EXPECT_NE(mls(run(config)).err.find("hidden settings"), std::string::npos);
  expect_error({"run", "--suite", bandit, "--agent", "command"}, 2, "--config");
  expect_error({"run", "--suite", bandit, "--agent", "tuner", "--config", config.string()}, 2, "--config");
  expect_error({"run", "--suite", bandit, "--agent", "command", "--config", config.string(), "--tests", "3"},
               2, "--tier");
  expect_error({"trace", "nothing"}, 2, "there is no trial");
}

TEST_F(Agents, MayBeToldByTextOrByFile) {
  const fs::path config = folder_.path() / "told.toml";
  write_atomic(config, R"([agent]
command = ["sh", "-ec", 'printf "%s" "$1" | cmp - INSTRUCTIONS.md; cmp "$2" INSTRUCTIONS.md; test "$3" = "see /work/INSTRUCTIONS.md!"; ./mls-note told; ./mls-submit', "sh", "{instruction}", "{instructions_file}", "see {instructions_file}!"]
)");
  EXPECT_EQ(json(run(config)).at("done"), 1) << log();
  EXPECT_EQ(events("note").size(), 1U) << log();
}

TEST_F(Agents, KeysThatTheyPrintAreKeptNowhere) {
  constexpr const char* key = "sk-open-sesame-0123";
  ::setenv("MLS_TEST_AGENT_KEY", key, 1);
  const auto config = agent(
      "env; ./mls-note \"my key is $MLS_TEST_AGENT_KEY\"; ./mls-test --note \"$MLS_TEST_AGENT_KEY\"; "
      "echo \"// $MLS_TEST_AGENT_KEY\" >> method.cpp; ./mls-test; ./mls-submit; "
      "bash -c 'exec 3<>/dev/tcp/127.0.0.1/${HTTPS_PROXY##*:} && printf \"CONNECT $0:443 "
      "HTTP/1.1\\r\\n\\r\\n\" >&3 "
      "&& head -n 7 <&3' \"$MLS_TEST_AGENT_KEY\"; "
      "echo '// mine' > method.cpp; cat /mls/workspace/method.cpp >> method.cpp; ./mls-submit; env >&2",
      "environment = [\"MLS_TEST_AGENT_KEY\"]\nnetwork = [\"127.0.0.1:9\"]\n");
  EXPECT_EQ(json(run(config)).at("done"), 1) << log();
  ::unsetenv("MLS_TEST_AGENT_KEY");
  EXPECT_EQ(scored_method(), "// mine\n" + start_method());
  EXPECT_NE(log().find("MLS_TEST_AGENT_KEY=[key]"), std::string::npos) << log();
  EXPECT_EQ(events("note").at(0).at("text"), "my key is [key]");
  EXPECT_EQ(events("test").at(0).at("note"), "[key]");
  EXPECT_EQ(events("connection refused").at(0).at("destination"), "[key]:443");
  const auto refused = events("refused");
  ASSERT_EQ(refused.size(), 2U) << log();
  for (const Json& one : refused) EXPECT_EQ(one.at("reason"), "unacceptable");
  EXPECT_EQ(events("test").size(), 1U);
  for (const auto& entry : fs::recursive_directory_iterator(home())) {
    if (!entry.is_regular_file()) continue;
    EXPECT_EQ(read_file(entry.path()).find(key), std::string::npos) << entry.path();
  }
}

TEST_F(Agents, ThatDoNothingGetTheScoreOfTheStart) {
  (void)trial("exit 0");
  EXPECT_EQ(scored_method(), start_method());
  EXPECT_EQ(events("submitting").at(0).at("why"), "start");
}

TEST_F(Agents, KilledAtAnyMomentTheLogGoesOnWithWhatWasThere) {
  calibrate();
  own_results();  // or a test would take no time in which to be killed
  // Goes by what the desk knows, for its own memory goes with it.
  const auto config = agent(
      "for i in 1 2 3; do echo \"// step $i\" >> method.cpp; ./mls-test; ./mls-note step; sleep 0.1; done; "
      "./mls-submit; exit 0");
  Rng rng(7);
  std::string before;
  int kills = 0;
  int in_a_test = 0;
  for (; kills < 12; ++kills) {
    const std::size_t known = cached_runs();
    const pid_t pid = started(run(config));
    // At random moments, and every other time as soon as a run of a test is finished.
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::duration<double>(rng.uniform(0.2, 1.5));
    const auto enough = [&] {
      return kills % 2 == 0 ? std::chrono::steady_clock::now() >= until
                            : cached_runs() > known || has_ended(pid);
    };
    while (!enough()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    ::kill(pid, SIGKILL);
    const int status = ended(pid);
    const std::string after = log_lines();
    ASSERT_TRUE(after.starts_with(before)) << "the log was rewritten";
    before = after;
    if (status == 0) break;
    if (events("ended").empty() && cached_runs() > runs_logged()) ++in_a_test;
  }
  ASSERT_EQ(mls(run(config)).exit_code, 0);
  EXPECT_TRUE(log_lines().starts_with(before));
  EXPECT_LE(events("test").size(), 3U);
  for (std::size_t i = 0; i < events("test").size(); ++i) EXPECT_EQ(events("test")[i].at("number"), i + 1);
  EXPECT_EQ(events("submitted").size(), 1U);
  EXPECT_GE(kills, 2);
  EXPECT_GE(in_a_test, 1) << "no kill hit a test";
  const Json replay = json({"replay", bandit, "--json"});
  for (const Json& one : replay) EXPECT_EQ(one.at("same"), true) << one;
}

TEST_F(Agents, GoOnInAFreshWorkspaceAndAreToldSo) {
  const auto config = agent(
      "grep -q interrupted INSTRUCTIONS.md && { cat INSTRUCTIONS.md; ls; ./mls-submit; exit 0; }; "
      "touch my-own-notes; echo '// kept' >> method.cpp; ./mls-test; echo '// lost' >> method.cpp; sleep "
      "100");
  const pid_t pid = started(run(config));
  for (int i = 0; i < 2500 && events("test").empty(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  ::kill(pid, SIGKILL);
  EXPECT_EQ(ended(pid), -SIGKILL);
  ASSERT_EQ(events("test").size(), 1U) << log();
  const std::string before = log_lines();
  ASSERT_EQ(mls(run(config)).exit_code, 0) << log();
  EXPECT_TRUE(log_lines().starts_with(before));
  EXPECT_NE(log().find("goes on in a fresh workspace"), std::string::npos) << log();
  EXPECT_NE(log().find("1 of 3 tests"), std::string::npos) << log();
  EXPECT_EQ(log().find("my-own-notes"), std::string::npos) << log();
  EXPECT_EQ(scored_method(), start_method() + "// kept\n");
  EXPECT_EQ(events("test").size(), 1U);
}

TEST_F(Agents, InterruptedBeforeTheirFirstStepTheyAreToldSo) {
  const auto config = agent(
      "grep -q interrupted INSTRUCTIONS.md && { cat INSTRUCTIONS.md; ./mls-submit; exit 0; }; "
      "echo '// lost' >> method.cpp; sleep 100");
  const pid_t pid = started(run(config));
  for (int i = 0; i < 2500 && events("agent started").empty(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  ::kill(pid, SIGKILL);
  EXPECT_EQ(ended(pid), -SIGKILL);
  ASSERT_EQ(mls(run(config)).exit_code, 0) << log();
  for (const char* part : {"goes on in a fresh workspace", "what it was at the beginning",
                           "0 of 3 tests, 0 of 20", "Nothing was tested yet", "Nothing is submitted yet"})
    EXPECT_NE(log().find(part), std::string::npos) << part << log();
  EXPECT_EQ(scored_method(), start_method());
}

TEST_F(Agents, KilledWhileItIsScoredNothingIsLoggedTwice) {
  calibrate();
  const auto config = agent("./mls-test; ./mls-submit");
  ASSERT_EQ(mls(run(config)).exit_code, 0);
  const std::string whole = log_lines();
  for (const std::string_view last : {"\"submitting\"", "\"submitted\"", "\"vanilla\""}) {
    const std::string prefix = whole.substr(0, whole.find('\n', whole.find(last)) + 1);
    write_atomic(trial_folder() / "events.jsonl", prefix);
    fs::remove(trial_folder() / "trial.json");
    ASSERT_EQ(mls(run(config)).exit_code, 0) << last;
    EXPECT_TRUE(log_lines().starts_with(prefix)) << last;
    EXPECT_EQ(events("submission").size(), 1U) << last;
    EXPECT_EQ(events("submitting").size(), 1U) << last;
    EXPECT_EQ(events("submitted").size(), 1U) << last;
    EXPECT_EQ(events("vanilla").size(), 1U) << last;
  }
}

TEST_F(Agents, WhatTheyPredictIsHeldAgainstWhatComes) {
  calibrate();
  auto predicting =
      run(agent("grep -q predict INSTRUCTIONS.md || exit 9; ./mls-test --predict stochastic=101~3; "
                "./mls-test --predict heavy-tails=50~3; "
                "./mls-test --predict stochastic=50~100,contextual=50~100 && ./mls-submit"));
  predicting.push_back("--predict");
  const Json foresight = json(predicting).at("trials").at(0).at("foresight");
  EXPECT_EQ(foresight.at("predictions"), 2) << log();
  EXPECT_EQ(foresight.at("calibration"), 1.0);
  EXPECT_EQ(foresight.at("sharpness"), 100.0);
  EXPECT_EQ(foresight.at("kept_the_best"), true);
  EXPECT_NE(log().find("no visible setting"), std::string::npos) << log();
  EXPECT_EQ(events("test").size(), 1U);
}

TEST_F(Agents, WhatTheyPredictOfASubmissionIsHeldAgainstItsScores) {
  calibrate();
  auto predicting =
      run(agent("cp baselines/kl_ucb.cpp method.cpp; ./mls-test --predict stochastic=50~100 && "
                "./mls-test --predict stochastic=99~0.001 && ./mls-submit --predict stochastic=77~1 && "
                "./mls-submit --predict stochastic=10~5,contextual=90~6"));
  predicting.push_back("--predict");
  const Json done = json(predicting).at("trials").at(0);
  ASSERT_EQ(events("test").size(), 2U) << log();
  const auto score_in = [](const Json& settings, const std::string& id) {
    for (const Json& setting : settings) {
      if (setting.at("id") == id) return setting.at("score").get<double>();
    }
    ADD_FAILURE() << id << " is not in " << settings;
    return 0.0;
  };
  const Json settings =
      Json::parse(read_file(home() / "runs" / done.at("run") / "result.json")).at("score").at("settings");
  const double stochastic = score_in(settings, "stochastic");
  const double contextual = score_in(settings, "contextual");
  const double tested = 100 * score_in(events("test").at(0).at("settings"), "stochastic");
  EXPECT_NE(stochastic, contextual);
  EXPECT_NE(stochastic, tested) << "scores are made on other draws than tests";
  const Json foresight = done.at("foresight");
  EXPECT_EQ(foresight.at("predictions"), 3) << "neither of the same bytes once more nor of what was replaced";
  EXPECT_NEAR(foresight.at("error").get<double>(),
              (std::abs(tested - 50) + std::abs(stochastic - 10) + std::abs(contextual - 90)) / 3, 1e-9);
  EXPECT_NEAR(foresight.at("sharpness").get<double>(), (100 + 5 + 6) / 3.0, 1e-9);
}

}  // namespace
}  // namespace mls
