#include "store/index.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "core/error.hpp"
#include "store/testing.hpp"

namespace mls::store {
namespace {

namespace fs = std::filesystem;

class Index : public ::testing::Test {
 protected:
  fs::path home() const { return home_.path(); }
  const Yardstick& small() const { return yardsticks_.all().front(); }
  std::string record(const std::string& label, double quality) {
    return testing::record(home(), small(), label, quality);
  }
  Snapshot look() { return snapshot(home(), yardsticks_); }

  TemporaryFolder home_;
  Yardsticks yardsticks_{{testing::small_yardstick()}};
};

TEST_F(Index, AnEmptyStoreIsEmpty) {
  const auto first = look();
  EXPECT_TRUE(first.entries.empty());
  EXPECT_TRUE(first.rebuilt);
  EXPECT_FALSE(look().rebuilt);
}

TEST_F(Index, SeesWhatIsNewChangedAndGone) {
  const auto a = record("a", 1);
  EXPECT_EQ(look().entries.size(), 1U);
  const auto b = record("b", 2);
  auto seen = look();
  ASSERT_EQ(seen.entries.size(), 2U);
  EXPECT_FALSE(seen.rebuilt);
  const auto& entry = seen.entries[seen.entries[0].id == b ? 0 : 1];
  EXPECT_EQ(entry.label, "b");
  EXPECT_NEAR(testing::must(entry.score), 0.5, 1e-9);
  EXPECT_EQ(entry.settings.size(), 3U);
  EXPECT_EQ(entry.runs, 9);
  EXPECT_NEAR(entry.cpu_s, 9 * 0.25, 1e-12);

  write_atomic(runs_folder(home()) / a / "result.json", "torn");
  seen = look();
  EXPECT_EQ(seen.entries.size(), 1U);
  ASSERT_EQ(seen.faults.size(), 1U);
  EXPECT_NE(seen.faults[0].message.find("result.json"), std::string::npos);
  EXPECT_TRUE(fs::exists(runs_folder(home()) / a / "result.json"));

  fs::remove_all(runs_folder(home()) / b);
  EXPECT_TRUE(look().entries.empty());
}

TEST_F(Index, UnfinishedAndForeignThingsAreReportedAndLeftAlone) {
  const auto open = RunFolder::create(home(), "small", "me", evaluate::method_from_source("int x;"));
  write_atomic(runs_folder(home()) / "notes.txt", "mine");
  ASSERT_EQ(::mkfifo((runs_folder(home()) / "pipe").c_str(), 0600), 0);
  fs::create_symlink("/", runs_folder(home()) / "link");
  const auto seen = look();
  ASSERT_EQ(seen.unfinished.size(), 1U);
  EXPECT_EQ(seen.unfinished[0], open.id());
  EXPECT_EQ(seen.faults.size(), 3U);
  EXPECT_TRUE(fs::exists(runs_folder(home()) / "notes.txt"));

  open.finish(testing::result_of(open, small(), "me", 1));
  EXPECT_EQ(look().entries.size(), 1U);
  EXPECT_TRUE(look().unfinished.empty());
}

TEST_F(Index, IsRebuiltWhenDamaged) {
  record("a", 1);
  (void)look();
  const auto file = index_file(home());
  const std::string whole = read_file(file);
  const std::vector<std::string> damages{"", "garbage", whole.substr(0, whole.size() / 2),
                                         std::string(whole.size(), 'x'),
                                         whole.substr(0, 100) + std::string(whole.size() - 100, '\0')};
  for (const auto& damage : damages) {
    write_atomic(file, damage);
    const auto seen = look();
    EXPECT_EQ(seen.entries.size(), 1U);
    EXPECT_TRUE(seen.rebuilt);
    EXPECT_FALSE(look().rebuilt);
  }
  fs::remove(file);
  EXPECT_EQ(look().entries.size(), 1U);
}

TEST_F(Index, ALogOfAnotherDatabaseDoesNoHarm) {
  record("a", 1);
  (void)look();
  write_atomic(index_file(home()).string() + "-wal", std::string(5000, 'w'));
  EXPECT_EQ(look().entries.size(), 1U);
  fs::remove(index_file(home()));
  write_atomic(index_file(home()).string() + "-wal", std::string(5000, 'w'));
  EXPECT_EQ(look().entries.size(), 1U);
}

TEST_F(Index, WhatStandsInItsPlaceIsNotOverwritten) {
  fs::create_directories(index_file(home()) / "precious");
  try {
    (void)look();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::infrastructure);
    EXPECT_NE(std::string(error.what()).find("index.sqlite"), std::string::npos);
  }
  EXPECT_TRUE(fs::exists(index_file(home()) / "precious"));
}

TEST_F(Index, ANewCalibrationRescoresEverything) {
  record("a", 2);
  EXPECT_NEAR(testing::must(look().entries[0].score), 0.5, 1e-9);
  auto changed = testing::small_yardstick();
  changed.sha256 = std::string(64, 'e');
  auto calibration = testing::must(changed.calibration);
  for (auto& [setting, terms] : calibration.anchors) {
    for (auto& term : terms) term.anchors.reference += 0.02;
  }
  changed.calibration = calibration;
  const Yardsticks now({changed});
  const auto seen = snapshot(home(), now);
  EXPECT_TRUE(seen.rebuilt);
  EXPECT_LT(testing::must(seen.entries[0].score), 0.499);
}

TEST_F(Index, StandingFollowsTheCatalogue) {
  record("a", 2);
  auto changed = testing::small_yardstick();
  changed.task_sha256 = std::string(64, 'e');
  EXPECT_EQ(snapshot(home(), Yardsticks({changed})).entries[0].standing, Standing::outdated);
  EXPECT_EQ(snapshot(home(), Yardsticks({testing::small_yardstick("other")})).entries[0].standing,
            Standing::orphaned);
  auto bare = testing::small_yardstick();
  bare.calibration.reset();
  bare.sha256.clear();
  EXPECT_EQ(snapshot(home(), Yardsticks({bare})).entries[0].standing, Standing::unscored);
  EXPECT_EQ(look().entries[0].standing, Standing::scored);
}

TEST_F(Index, AResultThatLacksRunsDoesNotCount) {
  const auto folder = RunFolder::create(home(), "small", "me", evaluate::method_from_source("int x;"));
  auto result = testing::result_of(folder, small(), "me", 2);
  std::erase_if(result.evaluation.runs, [](const auto& run) { return run.setting == "far"; });
  folder.finish(result);
  const auto seen = look();
  EXPECT_TRUE(seen.entries.empty());
  ASSERT_EQ(seen.faults.size(), 1U);
  EXPECT_NE(seen.faults[0].message.find("lacks setting \"far\""), std::string::npos);
}

/// Starts a child process that does `work` and exits.
template <typename Work>
pid_t child(Work work) {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  try {
    work();
  } catch (...) {
    ::_exit(1);
  }
  ::_exit(0);
}

int exit_status(pid_t pid) {
  int status = 0;
  ::waitpid(pid, &status, 0);
  return status;
}

TEST_F(Index, ManyProcessesOnOneStoreLoseNothing) {
  constexpr int processes = 6;
  constexpr int each = 8;
  std::vector<pid_t> pids;
  pids.reserve(processes);
  for (int p = 0; p < processes; ++p) {
    pids.push_back(child([&] {
      for (int i = 0; i < each; ++i) {
        const auto id = record("process " + std::to_string(p), i);
        const auto seen = p % 3 == 0 ? reindex(home(), yardsticks_) : look();
        const auto mine = std::any_of(seen.entries.begin(), seen.entries.end(),
                                      [&](const auto& entry) { return entry.id == id; });
        if (!mine || !seen.faults.empty()) ::_exit(2);
      }
    }));
  }
  for (const pid_t pid : pids) EXPECT_EQ(exit_status(pid), 0);
  const auto seen = look();
  EXPECT_EQ(seen.entries.size(), static_cast<std::size_t>(processes * each));
  EXPECT_TRUE(seen.faults.empty());
}

TEST_F(Index, KillAtAnyMomentLosesOnlyTheSubmissionInFlight) {
  std::size_t finished_before = 0;
  for (int round = 0; round < 12; ++round) {
    const pid_t pid = child([&] {
      for (;;) {
        record("victim", 1);
        (void)(round % 2 == 0 ? reindex(home(), yardsticks_) : look());
      }
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(15 + 11 * round));
    ::kill(pid, SIGKILL);
    (void)exit_status(pid);
    const auto seen = look();
    EXPECT_TRUE(seen.faults.empty());
    EXPECT_GE(seen.entries.size(), finished_before);
    EXPECT_LE(seen.unfinished.size(), static_cast<std::size_t>(round + 1));
    finished_before = seen.entries.size();
  }
  EXPECT_GT(finished_before, 0U);
  EXPECT_EQ(reindex(home(), yardsticks_).entries.size(), finished_before);
}

TEST_F(Index, AFullDiskIsSaidAndLosesNothing) {
  const auto kept = record("kept", 1);
  (void)look();
  // A limit on file sizes fails the same writes as a full disk does.
  const pid_t pid = child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{600, 600};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    int failures = 0;
    try {
      record("lost", 1);
    } catch (const Error& error) {
      failures += error.fault() == Fault::infrastructure ? 1 : 0;
    }
    try {
      (void)reindex(home(), yardsticks_);
    } catch (const Error& error) {
      failures += error.fault() == Fault::infrastructure ? 1 : 0;
    }
    if (failures != 2) ::_exit(2);
  });
  EXPECT_EQ(exit_status(pid), 0);
  const auto seen = look();
  EXPECT_FALSE(seen.rebuilt);
  ASSERT_EQ(seen.entries.size(), 1U);
  EXPECT_EQ(seen.entries[0].id, kept);
  EXPECT_EQ(seen.unfinished.size(), 1U);
  EXPECT_TRUE(seen.faults.empty());
}

}  // namespace
}  // namespace mls::store
