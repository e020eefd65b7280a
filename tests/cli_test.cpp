// The program as others use it: the real binary, its exit codes, its JSON, the workspace loop, two processes
// on one store.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <chrono>

#include "tests/short_tree.hpp"

namespace mls {
namespace {

using Cli = ShortTree;

// --- Usage
// ------------------------------------------------------------------------------------------------------------

TEST_F(Cli, EveryVerbExplainsItselfWithAnExample) {
  const Finished help = mls({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  for (const char* verb :
       {"quickstart", "tasks",       "show",    "start",  "test",   "submit",   "eval",
        "calibrate",  "leaderboard", "compare", "report", "packs",  "prepare",  "reindex",
        "doctor",     "bench",       "run",     "trace",  "replay", "new-task", "version"}) {
    EXPECT_NE(help.out.find(std::string("\n  ") + verb + " "), std::string::npos) << verb;
    const Finished one = mls({verb, "--help"});
    EXPECT_EQ(one.exit_code, 0) << verb;
    EXPECT_NE(one.out.find(std::string("Usage: mls ") + verb), std::string::npos) << one.out;
    EXPECT_NE(one.out.find(std::string("\n  mls ") + verb), std::string::npos) << one.out;
    EXPECT_EQ(mls({"help", verb}).out, one.out);
  }
  EXPECT_EQ(mls({}).out, help.out);
  EXPECT_EQ(mls({"version"}).out, std::string("mls-bench ") + MLS_VERSION + "\n");
}

TEST_F(Cli, WrongUsageExitsWithTwoAndSaysWhatToDo) {
  expect_error({"evall"}, 2, "did you mean \"eval\"");
  expect_error({"help", "evall"}, 2, "did you mean \"eval\"");
  expect_error({"tasks", "--nonsense"}, 2, "mls tasks --help");
  expect_error({"eval", bandit}, 2, "--method");
  expect_error({"eval", "optimization-online-bandid", "--method", "baseline:ucb1"}, 2, bandit);
  expect_error({"eval", bandit, "--method", "baseline:ucb"}, 2, "ucb");
  expect_error({"eval", bandit, "--method", "/nowhere/method.cpp"}, 2, "/nowhere/method.cpp");
  expect_error({"eval", bandit, "--method", "baseline:ucb1", "--settings", "sideways"}, 2, "sideways");
  expect_error({"eval", bandit, "--method", "baseline:ucb1", "--seeds", "0"}, 2, "--seeds");
  expect_error({"eval", bandit, "--method", "baseline:ucb1", "--jobs", "many"}, 2, "--jobs");
  expect_error({"eval", bandit, "--method", "baseline:ucb1", "--seal-key", method_of("short").string()}, 2,
               "16 bytes");
  expect_error({"tasks", "--area", "optimisation"}, 2, "did you mean");
  expect_error({"packs", "fetch", "minst"}, 2, "mnist");
  expect_error({"show", "nothing"}, 2, "nothing");
  expect_error({"leaderboard", "nothing"}, 2, "nothing");
  expect_error({"leaderboard", "--json", "--csv"}, 2, "--csv");
  expect_error({"compare", "one"}, 2, "B is required");
  expect_error({"compare", "one", "two", "nothing"}, 2, "nothing");
  expect_error({"compare", "one", "two", bandit}, 2, "not calibrated yet");
  expect_error({"report", "--out", (folder_.path() / "report.pdf").string()}, 2, ".html");
}

TEST_F(Cli, OurOwnFaultsExitWithThree) {
  environment_["MLS_BUILD"] = folder_.path().string();
  expect_error({"eval", bandit, "--method", "baseline:ucb1", "--fresh"}, 3, "build");
  environment_["MLS_BUILD"] = build_folder().string();
  environment_["MLS_HOME"] = "/proc/nothing";
  expect_error({"leaderboard"}, 3, "/proc/nothing");
}

TEST_F(Cli, StandardOutputThatCannotBeWrittenIsAnError) {
  const Finished full = run_command({{"/bin/sh", "-c", program() + " tasks > /dev/full"}, {}, environment_});
  EXPECT_EQ(full.exit_code, 3);
  EXPECT_NE(full.err.find("standard output"), std::string::npos);
}

// --- Looking around
// ---------------------------------------------------------------------------------------------------

TEST_F(Cli, TasksAndShow) {
  const Json tasks = json({"tasks", "--json"});
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_EQ(tasks[0].at("id"), bandit);
  EXPECT_EQ(tasks[0].at("settings").size(), 5U);
  EXPECT_EQ(tasks[0].at("settings")[4].at("hidden"), true);
  EXPECT_EQ(json({"tasks", "--area", "robotics", "--json"}), Json::array());
  EXPECT_EQ(json({"tasks", "--area", "optimization-and-theory", "--json"}).size(), 1U);
  EXPECT_TRUE(json({"tasks", "--lite", "--json"}).empty());
  EXPECT_NE(mls({"tasks"}).out.find(bandit), std::string::npos);
  const Json shown = json({"show", bandit, "--json"});
  EXPECT_EQ(shown.at("calibrated"), false);
  EXPECT_EQ(shown.at("seeds"), 2);
  EXPECT_NE(mls({"show", bandit}).out.find("not calibrated yet"), std::string::npos);
}

TEST_F(Cli, AMalformedTaskIsNamedWithItsLine) {
  std::ofstream(task_folder() / "task.toml", std::ios::app) << "colour = 3\n";
  expect_error({"tasks"}, 2, "task.toml:");
}

TEST_F(Cli, DoctorAndPacks) {
  const Finished doctor = mls({"doctor", "--json"});
  EXPECT_LE(doctor.exit_code, 1);
  const Json checks = Json::parse(doctor.out);
  EXPECT_GT(checks.size(), 5U);
  for (const auto& check : checks) EXPECT_TRUE(check.at("passed").is_boolean());
  const Json packs = json({"packs", "--json"});
  EXPECT_EQ(packs[0].at("state"), "absent");
  EXPECT_EQ(mls({"packs", "verify"}).exit_code, 0);
  EXPECT_EQ(mls({"packs", "verify", packs[0].at("name").get<std::string>()}).exit_code, 1);
}

// --- Evaluation
// -------------------------------------------------------------------------------------------------------

TEST_F(Cli, EvalKeepsTheContract) {
  calibrate();
  const Json result = json({"eval", bandit, "--method", "baseline:thompson", "--settings", "all", "--json"});
  EXPECT_EQ(result.at("task"), bandit);
  EXPECT_EQ(result.at("method_sha256").get<std::string>().size(), 64U);
  EXPECT_GE(result.at("score").get<double>(), 0);
  EXPECT_LE(result.at("score").get<double>(), 100);
  EXPECT_TRUE(result.at("score_se").is_number());
  ASSERT_EQ(result.at("settings").size(), 5U);
  for (const auto& setting : result.at("settings")) {
    EXPECT_TRUE(setting.at("score").is_number());
    ASSERT_EQ(setting.at("runs").size(), 2U);
    for (const auto& run : setting.at("runs")) {
      EXPECT_EQ(run.at("status"), "ok");
      EXPECT_GT(run.at("metrics").at("regret").get<double>(), 0);
    }
  }
  EXPECT_EQ(json({"eval", bandit, "--method", "baseline:thompson", "--settings", "visible", "--json"})
                .at("settings")
                .size(),
            4U);
  const Json one = json({"eval", bandit, "--method", "baseline:thompson", "--settings", "contextual",
                         "--seeds", "1", "--json"});
  ASSERT_EQ(one.at("settings").size(), 1U);
  EXPECT_EQ(one.at("settings")[0].at("runs").size(), 1U);
  // The best baseline of the calibration is itself among what eval gives: the same path, the same figures.
  const Json shown = json({"show", bandit, "--json"});
  for (const auto& baseline : shown.at("baselines")) {
    if (baseline.at("id") != "thompson") continue;
    EXPECT_NEAR(baseline.at("score").get<double>(), result.at("score").get<double>(), 1e-9);
  }
}

TEST_F(Cli, WithoutCalibrationThereAreMetricsAndANote) {
  const Json result =
      json({"eval", bandit, "--method", "baseline:ucb1", "--settings", "stochastic", "--json"});
  EXPECT_TRUE(result.at("score").is_null());
  EXPECT_NE(result.at("note").get<std::string>().find("mls calibrate"), std::string::npos);
  EXPECT_GT(result.at("settings")[0].at("runs")[0].at("metrics").at("regret").get<double>(), 0);
}

TEST_F(Cli, ADamagedCalibrationIsAnErrorWithARemedy) {
  std::ofstream(task_folder() / "calibration.json") << "{\"task\": ";
  expect_error({"eval", bandit, "--method", "baseline:ucb1"}, 2, "calibration.json");
  expect_error({"eval", bandit, "--method", "baseline:ucb1"}, 2, "mls calibrate");
  EXPECT_EQ(mls({"leaderboard"}).exit_code, 0);
}

TEST_F(Cli, AMethodThatFailsScoresZeroWithExitCodeZero) {
  const auto status = [&](const std::string& source) {
    const Json result = json(eval_of(method_of(source)));
    EXPECT_EQ(result.at("score"), 0.0) << result.dump();
    return result.at("settings")[0].at("runs")[0];
  };
  const Json wrong = status("int main( {");
  EXPECT_EQ(wrong.at("status"), "compile_error");
  EXPECT_NE(wrong.at("message").get<std::string>().find("method.cpp:1"), std::string::npos);
  EXPECT_EQ(status("").at("status"), "rejected");
  EXPECT_EQ(status(std::string("\0\1\xff\xfe", 4)).at("status"), "rejected");
  EXPECT_EQ(status(std::string(70000, ' ') + "int x;").at("status"), "rejected");
}

TEST_F(Cli, MethodsThatAreNoFilesAreRejected) {
  const fs::path place = folder_.path() / "odd.cpp";
  const auto status = [&] {
    const Json result = json(eval_of(place));
    EXPECT_EQ(result.at("score"), 0.0);
    fs::remove(place);
    return result.at("settings")[0].at("runs")[0].at("status");
  };
  fs::create_symlink("/etc/passwd", place);
  EXPECT_EQ(status(), "rejected");
  fs::create_directory(place);
  EXPECT_EQ(status(), "rejected");
  ASSERT_EQ(::mkfifo(place.c_str(), 0600), 0);
  EXPECT_EQ(status(), "rejected");
  std::ofstream(place) << "x";
  fs::resize_file(place, 100'000'000);
  EXPECT_EQ(status(), "rejected");
}

TEST_F(Cli, APrivateSealKeyHasOtherDraws) {
  const Json open = json(eval_of(task_folder() / "method.cpp"));
  auto arguments = eval_of(task_folder() / "method.cpp");
  arguments.insert(arguments.end(), {"--seal-key", method_of("a private key of an organiser").string()});
  const Json sealed = json(arguments);
  EXPECT_EQ(open.at("seal"), "public");
  EXPECT_NE(sealed.at("seal"), "public");
  EXPECT_NE(open.at("settings")[0].at("runs")[0].at("metrics"),
            sealed.at("settings")[0].at("runs")[0].at("metrics"));
}

TEST_F(Cli, FreshRunsGiveTheSameBytes) {
  const auto metrics = [&](bool fresh) {
    auto arguments = eval_of(task_folder() / "method.cpp");
    if (fresh) arguments.emplace_back("--fresh");
    const Json run = json(arguments).at("settings")[0].at("runs")[0];
    EXPECT_TRUE(!fresh || run.at("cached") == false);
    return run.at("metrics").dump();
  };
  EXPECT_EQ(metrics(false), metrics(true));
}

// --- Workspaces
// -------------------------------------------------------------------------------------------------------

TEST_F(Cli, TheWorkspaceLoop) {
  calibrate();
  start();
  expect_error({"start", bandit, work().string()}, 2, "not empty");
  fs::copy(work() / "baselines" / "imed.cpp", work() / "method.cpp", fs::copy_options::overwrite_existing);

  const Finished test = mls({"test", work().string()});
  EXPECT_EQ(test.exit_code, 0) << test.err;
  for (const char* part : {"▸ your method", "ucb1 (start)", "stochastic", "regret"}) {
    EXPECT_NE(test.out.find(part), std::string::npos) << test.out;
  }
  EXPECT_EQ(test.out.find("hidden"), std::string::npos);
  EXPECT_EQ(test.out.find("many-arms-drift"), std::string::npos);
  const Json tested = json({"test", work().string(), "--json"});
  EXPECT_EQ(tested.at("settings").size(), 4U);
  EXPECT_EQ(tested.at("baselines").size(), 8U);
  EXPECT_TRUE(Json::parse(mls({"leaderboard", "--json"}).out).size() == 2) << "a test is not recorded";

  const Json submitted = json({"submit", work().string(), "--name", "our \"IMED\", twice", "--json"});
  EXPECT_EQ(submitted.at("recorded"), true);
  EXPECT_EQ(submitted.at("settings").size(), 5U);
  EXPECT_GE(submitted.at("place").get<int>(), 1);
  EXPECT_EQ(submitted.at("place_of"), 9);
  ASSERT_EQ(submitted.at("similarity").size(), 8U);
  for (const auto& one : submitted.at("similarity")) {
    EXPECT_EQ(one.at("three") == 1.0, one.at("baseline") == "imed") << one.dump();
    EXPECT_GT(one.at("one").get<double>(), 0);
  }
  const fs::path run = home() / "runs" / submitted.at("id").get<std::string>();
  EXPECT_EQ(read_file(run / "method.cpp"), read_file(work() / "method.cpp"));

  const Json board = json({"leaderboard", "--json"});
  ASSERT_EQ(board.size(), 3U);
  const Json* mine = nullptr;
  for (const auto& row : board) {
    if (row.at("kind") == "submission") mine = &row;
  }
  ASSERT_NE(mine, nullptr);
  EXPECT_EQ(mine->at("name"), "our \"IMED\", twice");
  EXPECT_EQ(mine->at("place"), 1);
  EXPECT_NEAR(mine->at("score").get<double>(), submitted.at("score").get<double>(), 1e-9);
  EXPECT_EQ(json({"leaderboard", bandit, "--json"}).size(), 9U);
  EXPECT_NE(mls({"leaderboard", "--csv"}).out.find("\"our \"\"IMED\"\", twice\""), std::string::npos);
  EXPECT_NE(mls({"leaderboard", bandit}).out.find("▸ our"), std::string::npos);

  const Json compared = json({"compare", "our \"IMED\", twice", "imed", bandit, "--json"});
  EXPECT_EQ(compared.at("ties"), 10);
  EXPECT_EQ(compared.at("difference"), 0.0);
  EXPECT_EQ(compared.at("settings").size(), 5U);
  EXPECT_EQ(json({"compare", "our \"IMED\", twice", "human SOTA", "--json"}).at("tasks").size(), 1U);
  EXPECT_NE(mls({"compare", "imed", "ucb1", bandit}).out.find("imed against ucb1"), std::string::npos);
  expect_error({"compare", "nobody", "imed", bandit}, 2, "nobody");

  fs::remove(home() / "index.sqlite");
  EXPECT_EQ(json({"leaderboard", "--json"}), board);
  EXPECT_EQ(mls({"reindex"}).out, "1 submission indexed, 0 unfinished, 0 unreadable\n");

  const Finished report = mls({"report"});
  EXPECT_EQ(report.out, (home() / "report.html").string() + "\n");
  EXPECT_NE(read_file(home() / "report.html").find("our &quot;IMED&quot;, twice"), std::string::npos);
  const fs::path out = folder_.path() / "all.json";
  EXPECT_EQ(mls({"report", "--out", out.string()}).exit_code, 0);
  EXPECT_EQ(Json::parse(read_file(out)).at("leaderboard"), board);
  EXPECT_EQ(read_file(home() / "report.csv").substr(0, 10), "level,area");
  EXPECT_TRUE(fs::exists(home() / "report.json"));
}

TEST_F(Cli, WhatElseIsDoneToAWorkspaceDoesNotMatter) {
  start();
  const Json before = json({"test", work().string(), "--json"});
  fs::remove(work() / "surface.hpp");
  fs::create_directory(work() / "surface.hpp");
  fs::remove_all(work() / "baselines");
  fs::create_symlink("/", work() / "baselines");
  fs::remove(work() / "scaffold.cpp");
  std::ofstream(work() / "scaffold.cpp") << "#error not this one\n";
  fs::remove(work() / "README.md");
  ASSERT_EQ(::mkfifo((work() / "README.md").c_str(), 0600), 0);
  const Json after = json({"test", work().string(), "--json"});
  EXPECT_EQ(before.at("settings")[0].at("runs")[0].at("metrics"),
            after.at("settings")[0].at("runs")[0].at("metrics"));
}

TEST_F(Cli, ABrokenWorkspaceIsExplained) {
  start();
  const auto keep = [&](const char* name) { fs::rename(work() / name, work() / "kept"); };
  keep("method.cpp");
  expect_error({"test", work().string()}, 2, "method.cpp is missing");
  fs::create_symlink("/etc/passwd", work() / "method.cpp");
  const Json linked = json({"submit", work().string(), "--name", "link", "--json"});
  EXPECT_EQ(linked.at("score"), 0.0);
  EXPECT_EQ(linked.at("recorded"), true);
  EXPECT_EQ(linked.at("settings")[0].at("runs")[0].at("status"), "rejected");
  fs::remove(work() / "method.cpp");
  fs::rename(work() / "kept", work() / "method.cpp");
  keep(".mls-workspace.toml");
  expect_error({"submit", work().string()}, 2, "mls start");
  expect_error({"test", (folder_.path() / "nowhere").string()}, 2, "mls start");
  fs::rename(work() / "kept", work() / ".mls-workspace.toml");
  expect_error({"submit", work().string(), "--name", "=cmd()"}, 2, "label");
  expect_error({"submit", work().string(), "--name", ""}, 2, "label");
}

TEST_F(Cli, ACompileErrorIsShownWhole) {
  start();
  std::ofstream(work() / "method.cpp") << "#include \"surface.hpp\"\nint f() { return undeclared_thing; }\n";
  const Finished test = mls({"test", work().string()});
  EXPECT_EQ(test.exit_code, 0);
  EXPECT_NE(test.out.find("score 0.0"), std::string::npos);
  EXPECT_NE(test.out.find("method.cpp:2:18: error: use of undeclared identifier 'undeclared_thing'"),
            std::string::npos)
      << test.out;
}

// --- Interruptions and company
// ----------------------------------------------------------------------------------------

/// A method that no cache knows, slow enough to be interrupted.
std::string slow_method(int salt) {
  return "#include \"surface.hpp\"\n#include <chrono>\nnamespace mls {\nnamespace {\nstruct Slow : Policy {\n"
         "  int choose(int t, std::span<const double>) override { volatile double x = " +
         std::to_string(salt) +
         "; for (int i = 0; i < 8000; ++i) x = x + 1e-9; return t % 2; }\n  void update(int, double) "
         "override {}\n};\n}\n"
         "std::unique_ptr<Policy> make_policy(const Info&, Rng&) { return std::make_unique<Slow>(); }\n}\n";
}

int salt() {
  return static_cast<int>(std::chrono::steady_clock::now().time_since_epoch().count() % 1'000'000'007);
}

TEST_F(Cli, CtrlCKeepsWhatIsFinished) {
  start();
  std::ofstream(work() / "method.cpp") << slow_method(salt());
  const pid_t pid = started({"submit", work().string(), "--name", "slow", "--jobs", "1"});
  await_events(2);
  ::kill(pid, SIGINT);
  EXPECT_EQ(ended(pid), 130);
  EXPECT_EQ(mls({"reindex"}).out, "0 submissions indexed, 1 unfinished, 0 unreadable\n");
  const Json again = json({"submit", work().string(), "--name", "slow", "--json"});
  EXPECT_EQ(again.at("settings")[0].at("runs")[0].at("cached"), true);
  EXPECT_EQ(mls({"reindex"}).out, "1 submission indexed, 1 unfinished, 0 unreadable\n");
}

TEST_F(Cli, KillNineLosesOnlyWhatWasInFlight) {
  start();
  std::ofstream(work() / "method.cpp") << slow_method(salt());
  const pid_t pid = started({"submit", work().string(), "--name", "slow", "--jobs", "1"});
  await_events(2);
  ::kill(pid, SIGKILL);
  EXPECT_EQ(ended(pid), -SIGKILL);
  EXPECT_EQ(mls({"leaderboard"}).exit_code, 0);
  const Json again = json({"submit", work().string(), "--name", "slow", "--json"});
  EXPECT_EQ(again.at("recorded"), true);
  EXPECT_EQ(again.at("settings")[0].at("runs")[0].at("cached"), true);
}

TEST_F(Cli, TwoProcessesShareOneStore) {
  start();
  std::vector<pid_t> pids;
  for (const char* label : {"one", "two", "three"})
    pids.push_back(started({"submit", work().string(), "--name", label}));
  for (const pid_t pid : pids) EXPECT_EQ(ended(pid), 0);
  EXPECT_EQ(mls({"reindex"}).out, "3 submissions indexed, 0 unfinished, 0 unreadable\n");
}

TEST_F(Cli, ForeignThingsInTheStoreAreReportedAndLeftAlone) {
  start();
  ASSERT_EQ(mls({"submit", work().string(), "--name", "me"}).exit_code, 0);
  std::ofstream(home() / "runs" / "notes.txt") << "mine";
  fs::create_directories(home() / "runs" / "torn");
  std::ofstream(home() / "runs" / "torn" / "result.json") << "{\"format\": 1, \"id\": \"to";
  const Finished board = mls({"leaderboard", "--json"});
  EXPECT_EQ(board.exit_code, 0);
  EXPECT_NE(board.err.find("notes.txt"), std::string::npos);
  EXPECT_NE(board.err.find("torn"), std::string::npos);
  EXPECT_EQ(mls({"reindex"}).out, "1 submission indexed, 0 unfinished, 2 unreadable\n");
  EXPECT_TRUE(fs::exists(home() / "runs" / "notes.txt"));
}

// --- Quickstart
// -------------------------------------------------------------------------------------------------------

TEST_F(Cli, QuickstartEndsWithLeaderboardAndReportAndIsQuickTheSecondTime) {
  calibrate();
  fs::create_directories(root() / "examples");
  fs::copy(repository_root() / "examples" / (std::string(bandit) + ".cpp"),
           root() / "examples" / (std::string(bandit) + ".cpp"));
  fs::create_directories(root() / "suites");
  write_atomic(root() / "suites" / "quickstart.toml",
               std::string("[suite]\ntitle = \"Quick\"\n[[task]]\nid = \"") + bandit + "\"\n");
  const Finished first = mls({"quickstart"});
  ASSERT_EQ(first.exit_code, 0) << first.err;
  EXPECT_NE(first.err.find("figures equal the committed ones bit for bit"), std::string::npos) << first.err;
  EXPECT_NE(first.out.find("human SOTA"), std::string::npos);
  EXPECT_NE(first.out.find("1  example"), std::string::npos) << first.out;
  EXPECT_NE(first.out.find("report: " + (home() / "report.html").string()), std::string::npos);
  EXPECT_TRUE(fs::exists(home() / "report.html"));
  const auto begin = std::chrono::steady_clock::now();
  const Finished second = mls({"quickstart"});
  EXPECT_EQ(second.out, first.out);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
  EXPECT_EQ(std::distance(fs::directory_iterator(home() / "runs"), fs::directory_iterator()), 1);
}

}  // namespace
}  // namespace mls
