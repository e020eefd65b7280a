// `mls calibrate` as others use it: what it measures anew, how it ends, what it overwrites.
#include <gtest/gtest.h>
#include <signal.h>

#include <regex>

#include "tests/short_tree.hpp"

namespace mls {
namespace {

/// Three baselines of the shortened bandit, with a result cache of the test's own.
class Calibrate : public ShortTree {
 protected:
  Calibrate() {
    fs::remove(home() / "results");
    std::string toml = read_file(toml_file());
    for (const char* id : {"kl_ucb", "discounted_ts", "linucb", "glr_klucb", "maillard_sampling"}) {
      const std::size_t at = toml.find(std::string("[[baseline]]\nid = \"") + id);
      toml.erase(at, std::min(toml.find("[[", at + 2), toml.size()) - at);
      fs::remove(source_of(id));
    }
    write(toml_file(), replaced(toml, "glr_klucb", "thompson"));
  }

  static void write(const fs::path& file, const std::string& text) { std::ofstream(file) << text; }
  fs::path toml_file() const { return task_folder() / "task.toml"; }
  fs::path calibration_file() const { return task_folder() / "calibration.json"; }
  fs::path source_of(const std::string& baseline) const {
    return task_folder() / "baselines" / (baseline + ".cpp");
  }

  void expect_fact(const char* better, const char* than) const {
    write(toml_file(), read_file(toml_file()) +
                           "\n[[expect]]\nsetting = \"stochastic\"\nmetric = \"regret\"\nbetter = \"" +
                           better + "\"\nthan = \"" + than + "\"\nsource = \"A paper, Table 1\"\n");
  }

  /// calibration.json less what differs from time to time.
  std::string without_costs() const {
    return std::regex_replace(read_file(calibration_file()), std::regex("\"cpu_s\": \\[[^\\]]*\\]"), "");
  }

  /// Runs of all baselines, and how many of them came from the cache, by the summary.
  struct Summary {
    int runs = 0;
    int cached = 0;
  };
  static Summary summary_of(const Finished& finished) {
    std::smatch row;
    const std::regex line(std::string("\n") + bandit + " +(\\d+) +(\\d+) +[^\n]*s +[^\n]*s\n");
    if (!std::regex_search(finished.out, row, line)) {
      ADD_FAILURE() << "no summary of costs in:\n" << finished.out << finished.err;
      return {};
    }
    return {std::stoi(row[1]), std::stoi(row[2])};
  }

  Finished calibrated(int exit_code = 0) const {
    const Finished finished = mls({"calibrate", bandit, "--jobs", "1"});
    EXPECT_EQ(finished.exit_code, exit_code) << finished.out << finished.err;
    return finished;
  }

  /// Waits until this many runs are in the result cache.
  void await_results(int count) const {
    for (int i = 0; i < 3000; ++i) {
      int found = 0;
      if (fs::exists(home() / "results")) {
        for (const auto& entry : fs::recursive_directory_iterator(home() / "results"))
          found += entry.path().extension() == ".json" ? 1 : 0;
      }
      if (found >= count) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    FAIL() << "no run has finished";
  }
};

TEST_F(Calibrate, SumsUpTheCostAndRunsOnlyWhatChanged) {
  const Finished first = calibrated();
  EXPECT_EQ(summary_of(first).runs, 30);
  EXPECT_EQ(summary_of(first).cached, 0);
  EXPECT_NE(first.out.find("of the 4 core-hours"), std::string::npos) << first.out;
  const std::string before = read_file(calibration_file());
  EXPECT_EQ(summary_of(calibrated()).cached, 30);
  EXPECT_EQ(read_file(calibration_file()), before);

  write(source_of("imed"), read_file(source_of("imed")) + "// another version\n");
  EXPECT_EQ(summary_of(calibrated()).cached, 20);
  fs::remove(calibration_file());
  EXPECT_EQ(summary_of(calibrated()).cached, 30) << "calibration.json is no source of results";
}

TEST_F(Calibrate, IsStableButForCpuSeconds) {
  (void)calibrated();
  const std::string first = without_costs();
  const Finished fresh = mls({"calibrate", bandit, "--fresh", "--jobs", "2"});
  EXPECT_EQ(summary_of(fresh).cached, 0);
  EXPECT_EQ(without_costs(), first);
}

TEST_F(Calibrate, GoesOnAfterAKill) {
  const pid_t pid = started({"calibrate", bandit, "--jobs", "1"});
  await_results(4);
  ::kill(pid, SIGKILL);
  EXPECT_EQ(ended(pid), -SIGKILL);
  EXPECT_FALSE(fs::exists(calibration_file())) << "written in one go, at the end";
  const Summary summary = summary_of(calibrated());
  EXPECT_EQ(summary.runs, 30);
  EXPECT_GE(summary.cached, 4);
  EXPECT_LT(summary.cached, 30);
}

TEST_F(Calibrate, ABaselineThatFailsIsNamedAndNothingIsReplaced) {
  (void)calibrated();
  const std::string before = read_file(calibration_file());
  write(source_of("imed"),
        "#include \"surface.hpp\"\n#include <cstdlib>\nnamespace mls {\nstd::unique_ptr<Policy> "
        "make_policy(const Info&, "
        "Rng&) { std::abort(); }\n}\n");
  EXPECT_NE(calibrated(2).err.find("baseline 'imed' fails in setting 'stochastic', seed 0: crash"),
            std::string::npos);
  EXPECT_EQ(read_file(calibration_file()), before);
  // One of several is named and does not keep the others from being measured.
  const Finished two = mls({"calibrate", bandit, bandit});
  EXPECT_EQ(two.exit_code, 2);
  EXPECT_NE(two.err.find("its calibration.json is as it was"), std::string::npos) << two.err;
}

TEST_F(Calibrate, AFactThatFailsIsSaidAndStillWritten) {
  expect_fact("imed", "ucb1");
  const Finished holds = calibrated();
  EXPECT_EQ(holds.out.find("not as published"), std::string::npos) << holds.out;
  write(toml_file(), without_expectations(read_file(toml_file())));
  expect_fact("ucb1", "imed");
  const Finished fails = calibrated(1);
  EXPECT_NE(fails.out.find("not as published: stochastic: regret of ucb1"), std::string::npos) << fails.out;
  EXPECT_NE(fails.out.find("A paper, Table 1"), std::string::npos);
  EXPECT_TRUE(fs::exists(calibration_file()));
}

// --- Calibrations that are not what they should be: every one is named, none scores anything.

TEST_F(Calibrate, WhatIsEditedOrHalfWrittenIsNamedAndNotReplacedInSilence) {
  (void)calibrated();
  const std::string good = read_file(calibration_file());
  const std::string good_figures = without_costs();
  const std::vector<std::string> eval{"eval", bandit, "--method", "baseline:imed"};
  const auto refused = [&](const std::string& text, const std::string& part) {
    write(calibration_file(), text);
    expect_error(eval, 2, part);
    EXPECT_EQ(read_file(calibration_file()), text) << "reading changes nothing";
    const Finished board = mls({"leaderboard"});
    EXPECT_EQ(board.exit_code, 0);
    EXPECT_NE(board.out.find(part), std::string::npos) << board.out;
    EXPECT_EQ(mls({"qc", bandit, "--smoke"}).exit_code, 1);
    const Finished again = calibrated();
    EXPECT_NE(again.err.find("a calibration that cannot be used is replaced"), std::string::npos)
        << again.err;
    EXPECT_NE(again.err.find(part), std::string::npos) << again.err;
    EXPECT_EQ(without_costs(), good_figures);
  };
  refused(std::regex_replace(good, std::regex("\"regret\": 1"), "\"regret\": 2",
                             std::regex_constants::format_first_only),
          "follows from the raw values");
  refused(good.substr(0, good.size() / 2), "half-written");
  refused(replaced(good, "{\"seed\": 1, \"metrics\"", "{\"seed\": 3, \"metrics\""),
          "seed: found 3, expected 1");
  refused(std::regex_replace(good, std::regex("\"regret\": [0-9.]+"), "\"regret\": NaN",
                             std::regex_constants::format_first_only),
          "calibration.json");
  refused(replaced(good, "\"id\": \"imed\"", "\"id\": \"imee\""), "ucb1, thompson, imee");
}

TEST_F(Calibrate, OfAnotherTaskVersionOrSealThereIsNoScoreButANote) {
  (void)calibrated();
  const std::string good = read_file(calibration_file());
  const auto note = [&] {
    const Json result =
        json({"eval", bandit, "--method", "baseline:imed", "--settings", "stochastic", "--json"});
    EXPECT_TRUE(result.at("score").is_null()) << result.dump();
    return result.at("note").get<std::string>();
  };
  write(calibration_file(),
        std::regex_replace(good, std::regex("\"seal\": \"public\""), "\"seal\": \"0123456789abcdef\""));
  EXPECT_NE(note().find("measured under the seal \"0123456789abcdef\""), std::string::npos) << note();
  write(calibration_file(), good);
  write(task_folder() / "surface.hpp", read_file(task_folder() / "surface.hpp") + "\n// changed\n");
  EXPECT_NE(note().find("another version of the task"), std::string::npos) << note();
  EXPECT_NE(note().find("mls calibrate"), std::string::npos);
}

TEST_F(Calibrate, ANewBaselineOrSeedMakesTheOldOneIncomplete) {
  (void)calibrated();
  const std::string toml = read_file(toml_file());
  write(toml_file(), replaced(toml, "seeds = 2", "seeds = 3"));
  expect_error({"eval", bandit, "--method", "baseline:imed"}, 2, "expected one for each of 3 seeds");
  fs::copy(source_of("imed"), source_of("another"));
  write(toml_file(),
        toml + "\n[[baseline]]\nid = \"another\"\ntitle = \"Another\"\nsource = \"Nobody 2026\"\n");
  expect_error({"eval", bandit, "--method", "baseline:imed"}, 2, "ucb1, thompson, imed, another");
}

}  // namespace
}  // namespace mls
