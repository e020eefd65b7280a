// `mls run` as others use it: trials that are killed and go on, that are deterministic, that never see what
// is hidden.
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <iomanip>
#include <numeric>
#include <set>
#include <sstream>
#include <thread>

#include "core/rng.hpp"
#include "tests/left_behind.hpp"
#include "tests/short_tree.hpp"

namespace mls {
namespace {

/// Every setting but the hidden ones, as the events name them.
const std::set<std::string> visible{"stochastic", "low-means", "contextual", "nonstationary"};

class SuiteRun : public ShortTree {
 protected:
  static std::vector<std::string> tuner(int tests) {
    return {"run", "--suite", bandit, "--agent", "tuner", "--tests", std::to_string(tests), "--json"};
  }

  std::vector<fs::path> trials() const { return folders_in(home() / "trials"); }
  std::vector<fs::path> runs() const { return folders_in(home() / "runs"); }

  void await_tests(std::size_t tests) const {
    for (int i = 0; i < 3000; ++i) {
      if (events("test").size() >= tests) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    FAIL() << "no test has been made";
  }

  std::string submitted() const { return read_file(trials().at(0) / "method.cpp"); }

  /// Every test once, in order, of different methods.
  void expect_tests(std::size_t tests) const {
    const auto made = events("test");
    ASSERT_EQ(made.size(), tests);
    std::set<std::string> methods;
    for (std::size_t i = 0; i < tests; ++i) {
      EXPECT_EQ(made[i].at("number"), i + 1);
      EXPECT_TRUE(methods.insert(made[i].at("method_sha256")).second) << made[i];
    }
  }

  std::size_t finished_runs() const {
    const auto all = runs();
    return static_cast<std::size_t>(
        std::ranges::count_if(all, [](const auto& run) { return fs::exists(run / "result.json"); }));
  }

 private:
  static std::vector<fs::path> folders_in(const fs::path& parent) {
    std::vector<fs::path> found;
    std::error_code absent;
    for (const auto& entry : fs::directory_iterator(parent, absent)) {
      if (entry.is_directory()) found.push_back(entry.path());
    }
    std::ranges::sort(found);
    return found;
  }
};

TEST_F(SuiteRun, TheTunerIsARowOfTheLeaderboardAndIsNeverRunTwice) {
  calibrate();
  const Json first = json(tuner(3));
  EXPECT_EQ(first.at("done"), 1);
  EXPECT_EQ(first.at("failed"), 0);
  const Json& trial = first.at("trials").at(0);
  EXPECT_EQ(trial.at("state"), "done");
  EXPECT_EQ(trial.at("tests"), 3);
  EXPECT_EQ(trial.at("earlier"), false);
  EXPECT_TRUE(trial.at("score").is_number());
  EXPECT_GE(trial.at("best_test"), trial.at("first_test"));
  EXPECT_EQ(read_file(home() / "runs" / trial.at("run") / "method.cpp"), submitted());
  const Json board = json({"leaderboard", "--json"});
  const bool is_row = std::ranges::any_of(board, [](const Json& row) { return row.at("name") == "tuner"; });
  EXPECT_TRUE(is_row) << board.dump(1);

  const Json second = json(tuner(3));
  EXPECT_EQ(second.at("trials").at(0).at("earlier"), true);
  EXPECT_EQ(second.at("trials").at(0).at("score"), trial.at("score"));
  const Json third = json({"run", "--resume", "--json"});
  EXPECT_EQ(third.at("trials"), second.at("trials"));
  EXPECT_EQ(runs().size(), 1U);
  expect_tests(3);
  const Finished table = mls({"run", "--resume"});
  EXPECT_NE(table.out.find("tuner on " + std::string(bandit)), std::string::npos) << table.out;
  EXPECT_NE(table.out.find("done before"), std::string::npos) << table.out;
}

TEST_F(SuiteRun, TwoRunsSubmitTheSameBytes) {
  calibrate();
  own_results();
  ASSERT_EQ(mls(tuner(4)).exit_code, 0);
  const std::string first = submitted();
  const auto tests = events("test");
  fs::remove_all(home() / "trials");
  fs::remove_all(home() / "results");
  ASSERT_EQ(mls(tuner(4)).exit_code, 0);
  EXPECT_EQ(submitted(), first);
  const auto again = events("test");
  ASSERT_EQ(again.size(), tests.size());
  for (std::size_t i = 0; i < tests.size(); ++i) {
    for (const char* field : {"method_sha256", "score", "settings", "note", "status"})
      EXPECT_EQ(again[i].at(field), tests[i].at(field)) << i;
  }
}

TEST_F(SuiteRun, WhatIsHiddenHasNoSay) {
  calibrate();
  ASSERT_EQ(mls(tuner(4)).exit_code, 0);
  const std::string first = submitted();
  for (const Json& test : events("test")) {
    ASSERT_FALSE(test.at("settings").empty());
    for (const Json& setting : test.at("settings"))
      EXPECT_TRUE(visible.contains(setting.at("id"))) << "not a visible setting: " << setting;
  }
  // Another hidden setting: another task, other scores, but the same way to the same submission.
  std::string toml = read_file(task_folder() / "task.toml");
  const std::size_t hidden = toml.find("hidden = true");
  const std::size_t horizon = toml.find("horizon = 400", hidden);
  ASSERT_NE(horizon, std::string::npos);
  write_atomic(task_folder() / "task.toml", toml.replace(horizon, 13, "horizon = 150"));
  calibrate();
  fs::remove_all(home() / "trials");
  ASSERT_EQ(mls(tuner(4)).exit_code, 0);
  EXPECT_EQ(submitted(), first);
}

TEST_F(SuiteRun, NothingHiddenIsRunBeforeTheSubmission) {
  calibrate();
  own_results();
  const pid_t pid = started(tuner(4));
  await_tests(3);
  ::kill(pid, SIGKILL);
  EXPECT_EQ(ended(pid), -SIGKILL);
  ASSERT_TRUE(events("submitting").empty());
  std::size_t results = 0;
  for (const auto& entry : fs::recursive_directory_iterator(home() / "results")) {
    if (!entry.is_regular_file() || entry.path().extension() != ".json") continue;
    const std::string setting = Json::parse(read_file(entry.path())).at("setting");
    EXPECT_TRUE(visible.contains(setting)) << setting;
    ++results;
  }
  EXPECT_GT(results, 0U);
}

TEST_F(SuiteRun, KilledAnywhereItGoesOnToTheSameEnd) {
  calibrate();
  own_results();
  ASSERT_EQ(mls(tuner(5)).exit_code, 0);
  const std::string undisturbed = submitted();
  const auto expected = events("test");
  fs::remove_all(home() / "trials");
  fs::remove_all(home() / "results");
  fs::remove_all(home() / "runs");

  Rng rng(11);
  int kills = 0;
  for (; kills < 40; ++kills) {
    const pid_t pid = started(tuner(5));
    std::this_thread::sleep_for(std::chrono::duration<double>(rng.uniform(0.1, 0.7)));
    ::kill(pid, SIGKILL);
    if (ended(pid) == 0) break;
    const auto made = events("test");
    ASSERT_LE(made.size(), expected.size());
    for (std::size_t i = 0; i < made.size(); ++i) EXPECT_EQ(made[i].at("score"), expected[i].at("score"));
  }
  ASSERT_EQ(mls(tuner(5)).exit_code, 0);
  EXPECT_GE(kills, 2);
  expect_tests(5);
  EXPECT_EQ(submitted(), undisturbed);
  EXPECT_EQ(finished_runs(), 1U);
  EXPECT_FALSE(events("resumed").empty());
}

TEST_F(SuiteRun, ARecordedSubmissionIsNotRecordedAgain) {
  ASSERT_EQ(mls({"run", "--suite", "all", "--agent", "start"}).exit_code, 0);
  ASSERT_EQ(finished_runs(), 1U);
  // As if killed between the result of the submission and the end of the trial.
  fs::remove(trials()[0] / "trial.json");
  ASSERT_EQ(mls({"run", "--suite", "all", "--agent", "start"}).exit_code, 0);
  EXPECT_EQ(runs().size(), 1U);
  EXPECT_TRUE(fs::exists(trials()[0] / "trial.json"));
  // Under another name it is another row.
  ASSERT_EQ(mls({"run", "--suite", "Opt", "--agent", "start", "--name", "again"}).exit_code, 0);
  EXPECT_EQ(finished_runs(), 2U);
  // Somebody deleted the run: then it is not done.
  for (const auto& run : runs()) fs::remove_all(run);
  ASSERT_EQ(mls({"run", "--resume"}).exit_code, 0);
  EXPECT_EQ(finished_runs(), 1U);
}

TEST_F(SuiteRun, CtrlCEndsWith130AndKeepsWhatIsDone) {
  calibrate();
  own_results();
  for (const int signal : {SIGINT, SIGTERM}) {
    const std::size_t before = events("test").size();
    const pid_t pid = started(tuner(8));
    await_tests(before + 1);
    ::kill(pid, signal);
    EXPECT_EQ(ended(pid), 130);
    EXPECT_EQ(events().back().at("event"), "stopped");
  }
  ASSERT_EQ(mls({"run", "--resume"}).exit_code, 0);
  expect_tests(8);
  EXPECT_EQ(events("resumed").size(), 2U);
}

TEST_F(SuiteRun, TwoProcessesShareOneTrial) {
  calibrate();
  const pid_t one = started(tuner(3));
  const pid_t other = started(tuner(3));
  EXPECT_EQ(ended(one), 0);
  EXPECT_EQ(ended(other), 0);
  EXPECT_EQ(finished_runs(), 1U);
  expect_tests(3);
}

TEST_F(SuiteRun, ATrialThatFailsSaysWhyAndIsTriedAgain) {
  // Without a calibration there is nothing to tune by.
  const Finished failed = mls(tuner(2));
  EXPECT_EQ(failed.exit_code, 2);
  EXPECT_NE(failed.err.find("mls calibrate"), std::string::npos) << failed.err;
  const Json failure = Json::parse(failed.out);
  EXPECT_EQ(failure.at("failed"), 1);
  EXPECT_EQ(failure.at("trials").at(0).at("state"), "failed");
  EXPECT_TRUE(failure.at("trials").at(0).at("score").is_null());
  EXPECT_TRUE(failure.at("score").is_null());
  calibrate();
  EXPECT_EQ(json(tuner(2)).at("done"), 1);
}

TEST_F(SuiteRun, WrongUsageExitsWithTwoAndSaysWhatToDo) {
  expect_error({"run", "--resume"}, 2, "no earlier run");
  expect_error({"run", "--agent", "tuner"}, 2, "--suite");
  expect_error({"run", "--suite", "all"}, 2, "--agent");
  expect_error({"run", "--suite", "al", "--agent", "tuner"}, 2, "did you mean \"all\"");
  expect_error({"run", "--suite", "all", "--agent", "tunr"}, 2, "did you mean \"tuner\"");
  expect_error({"run", "--suite", "all", "--agent", "tuner", "--tests", "0"}, 2, "--tests");
  expect_error({"run", "--suite", "all", "--agent", "start", "--tests", "5"}, 2, "no tests");
  expect_error({"run", "--suite", "all", "--agent", "start", "--seed", "-1"}, 2, "--seed");
  expect_error({"run", "--suite", "all", "--agent", "start", "--jobs", "0"}, 2, "--jobs");
  expect_error({"run", "--suite", "all", "--agent", "start", "--name", ""}, 2, "label");
  expect_error({"run", "--suite", "robotics", "--agent", "start"}, 2, "robotics");
  expect_error({"run", "--resume", "--seed", "1"}, 2, "--suite");
  const fs::path suite = folder_.path() / "mine.toml";
  write_atomic(suite, "[suite]\ntitle = \"Mine\"\n\n[[task]]\nid = \"optimization-online-bandid\"\n");
  expect_error({"run", "--suite", suite.string(), "--agent", "start"}, 2,
               "mine.toml:5: there is no task 'optimization-online-bandid'; did you mean '" +
                   std::string(bandit) + "'");
  expect_error(
      {"run", "--suite", "all", "--agent", "start", "--seal-key", "nowhere"}, 2,
      "nowhere: cannot be read: No such file or directory; a file with a seal key of at least 16 bytes is "
      "expected; make one");
  expect_error({"run", "--suite", "all", "--agent", "llm", "--config", "nowhere"}, 2, "name a TOML file");
  expect_error({"replay", "nothing"}, 2, "there is none at all, `mls run` makes them");
  expect_error({"mcp", "--task", bandit, "--finish"}, 2, "none was begun on this task");
  EXPECT_FALSE(fs::exists(home() / "trials")) << "nothing has begun";
  const Finished help = mls({"run", "--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_NE(help.out.find("mls run --suite lite --agent tuner"), std::string::npos) << help.out;
}

TEST_F(SuiteRun, WhatCannotBeReplayedIsSaidWithARemedy) {
  ASSERT_EQ(mls({"run", "--suite", "all", "--agent", "start"}).exit_code, 0);
  const fs::path trial = trials()[0];
  const fs::path run =
      home() / "runs" / Json::parse(read_file(trial / "trial.json")).at("run").get<std::string>();
  fs::remove(run / "result.json");
  expect_error({"replay", bandit}, 2, "the recorded submission cannot be read");
  fs::remove(trial / "trial.json");
  expect_error({"replay", bandit}, 2, "there is nothing to replay yet; the same `mls run`");
}

TEST_F(SuiteRun, ADamagedTrialIsNamedAndLeftAlone) {
  ASSERT_EQ(mls({"run", "--suite", "all", "--agent", "start"}).exit_code, 0);
  const fs::path file = trials()[0] / "trial.json";
  write_atomic(file, "{");
  const Finished finished = mls({"run", "--resume"});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_NE(finished.err.find("trial.json"), std::string::npos) << finished.err;
  EXPECT_EQ(read_file(file), "{");
  write_atomic(home() / "trials" / "last-run.json", "[]");
  expect_error({"run", "--resume"}, 2, "last-run.json");
}

/// Eight copies of the task under names of their own, judged by the same program, and a process that has two
/// cores, however many there are.
class EightTrials : public ShortTree {
 protected:
  static constexpr int trials = 8;

  EightTrials() {
    std::string suite = "[suite]\ntitle = \"Eight\"\n";
    fs::create_directories(build() / "judges");
    for (const auto& entry : fs::directory_iterator(build_folder())) {
      const fs::path name = entry.path().filename();
      if (name != "judges") fs::create_symlink(entry.path(), build() / name);
    }
    for (int i = 0; i < trials; ++i) {
      const std::string id = std::string(bandit) + "-" + std::to_string(i);
      const fs::path folder = task_folder().parent_path() / id;
      fs::copy(task_folder(), folder, fs::copy_options::recursive);
      write_atomic(folder / "task.toml", replaced(read_file(folder / "task.toml"),
                                                  "\"" + std::string(bandit) + "\"", "\"" + id + "\""));
      fs::create_symlink(build_folder() / "judges" / bandit, build() / "judges" / id);
      suite += "[[task]]\nid = \"" + id + "\"\n";
    }
    write_atomic(suite_file(), suite);
    environment_["MLS_BUILD"] = build().string();
    ::sched_getaffinity(0, sizeof before_, &before_);
    cpu_set_t two;
    CPU_ZERO(&two);
    for (int core = 0; core < CPU_SETSIZE && CPU_COUNT(&two) < 2; ++core)
      if (CPU_ISSET(core, &before_)) CPU_SET(core, &two);
    ::sched_setaffinity(0, sizeof two, &two);
  }
  ~EightTrials() override { ::sched_setaffinity(0, sizeof before_, &before_); }

  fs::path build() const { return folder_.path() / "build"; }
  fs::path suite_file() const { return folder_.path() / "eight.toml"; }

  /// Of each trial the events of one kind.
  std::vector<std::vector<Json>> events(const std::string& kind) const {
    std::vector<std::vector<Json>> found;
    for (const auto& entry : fs::directory_iterator(home() / "trials")) {
      // One that has only begun has no log.
      if (entry.is_directory()) found.push_back(events_in(lines_in(entry.path()), kind));
    }
    return found;
  }

  /// What delays a trial is not counted as its time. A trial's `used` is held against the wall clock between
  /// events of its own, whose times are whole seconds.
  void expect_clocks_stood_still(const std::vector<double>& delayed) const {
    constexpr double rounding = 1.5;
    const auto begins = events("created");
    const auto ends = events("ended");
    for (std::size_t i = 0; i < ends.size(); ++i) {
      const double passed = seconds_of(ends[i].at(0)) - seconds_of(begins[i].at(0));
      EXPECT_GT(delayed[i], 2 * rounding) << "too little to be told from rounding";
      EXPECT_NEAR(ends[i].at(0).at("used").at("seconds").get<double>() + delayed[i], passed, rounding);
    }
  }

  static double seconds_of(const Json& event) {
    std::tm time{};
    std::istringstream(event.at("time").get<std::string>()) >> std::get_time(&time, "%Y-%m-%dT%H:%M:%SZ");
    return static_cast<double>(::timegm(&time));
  }

  /// Of each trial's tests together.
  std::vector<double> core_seconds(const char* field) const {
    std::vector<double> sums;
    for (const auto& tests : events("test")) {
      double sum = 0;
      for (const Json& test : tests) sum += test.at("cores").at(field).get<double>();
      sums.push_back(sum);
    }
    return sums;
  }

 private:
  cpu_set_t before_{};
};

TEST_F(EightTrials, ThatMostlyWaitRunAtOnceAndShareTheCoresAlike) {
  own_results();  // from a cache that knows all runs nothing would have to wait for a core
  const fs::path config = folder_.path() / "agent.toml";
  write_atomic(config, R"([agent]
command = ["sh", "-c", "for i in 1 2 3; do sleep 0.1; echo // $i >> method.cpp; ./mls-test || exit 1; done; ./mls-submit"]
seconds = 600
)");
  const auto begun = std::chrono::steady_clock::now();
  const Json result = json(
      {"run", "--suite", suite_file().string(), "--agent", "command", "--config", config.string(), "--json"});
  const double passed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  ASSERT_EQ(result.at("done"), trials) << result.dump(1);
  std::string last_begin;
  std::string first_end = "~";
  for (const auto& one : events("agent started"))
    last_begin = std::max<std::string>(last_begin, one.at(0).at("time"));
  for (const auto& one : events("agent ended"))
    first_end = std::min<std::string>(first_end, one.at(0).at("time"));
  EXPECT_LE(last_begin, first_end) << "all eight at once, on two cores";
  const auto held = core_seconds("held_s");
  const auto delayed = core_seconds("delayed_s");
  ASSERT_EQ(held.size(), std::size_t{trials});
  const double all_held = std::accumulate(held.begin(), held.end(), 0.0);
  const double mean_delay = std::accumulate(delayed.begin(), delayed.end(), 0.0) / trials;
  std::printf("cores held %.2f s in %.2f s; a trial %.2f ... %.2f s, delayed %.2f ... %.2f s\n", all_held,
              passed_s, std::ranges::min(held), std::ranges::max(held), std::ranges::min(delayed),
              std::ranges::max(delayed));
  EXPECT_LT(std::ranges::max(delayed), 2 * mean_delay) << "nobody waits much longer than the others";
  EXPECT_GT(std::ranges::min(held), 0.4 * std::ranges::max(held));
  EXPECT_GT(all_held, 0.4 * 2 * passed_s)
      << "both cores are busy with tests, though setting up and scoring are not counted";
  expect_clocks_stood_still(delayed);
}

TEST_F(EightTrials, ThatAreStoppedAllSayThatTheyStopAndGoOn) {
  const LeftBehind left;
  const fs::path config = folder_.path() / "agent.toml";
  write_atomic(config, R"([agent]
command = ["sh", "-c", "grep -q interrupted INSTRUCTIONS.md && exit 0; echo // x >> method.cpp; ./mls-submit; sleep 1000"]
seconds = 600
)");
  const pid_t pid = started(
      {"run", "--suite", suite_file().string(), "--agent", "command", "--config", config.string(), "--json"});
  const auto submitted = [&] {
    std::size_t count = 0;
    if (!fs::exists(home() / "trials")) return count;
    for (const auto& one : events("submission")) count += one.size();
    return count;
  };
  for (int i = 0; i < 6000 && submitted() < trials; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  ASSERT_EQ(submitted(), std::size_t{trials});
  const auto before = std::chrono::steady_clock::now();
  ::kill(pid, SIGINT);
  EXPECT_EQ(ended(pid), 130);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(10));
  EXPECT_TRUE(LeftBehind::nothing());
  for (const auto& one : events("stopped")) EXPECT_EQ(one.size(), 1U);
  EXPECT_EQ(json({"run", "--resume", "--json"}).at("done"), trials);
  for (const auto& one : events("submission")) EXPECT_EQ(one.size(), 1U);
}

}  // namespace
}  // namespace mls
