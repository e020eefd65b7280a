// Killing any process at any moment costs at most the runs in flight: 200 times SIGKILL for the harness, a
// judge or a host of a real `mls submit`, each time going on until it is through. What comes out equals an
// undisturbed submission, bit for bit, nothing lost, nothing double, and no process is left behind.
// MLS_CRASH_KILLS sets another number of kills.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/files.hpp"
#include "core/json.hpp"
#include "core/rng.hpp"
#include "evaluate/evaluate.hpp"
#include "store/run_folder.hpp"

namespace mls {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

void nap(double seconds) { std::this_thread::sleep_for(std::chrono::duration<double>(seconds)); }

/// Processes as /proc shows them now.
struct ProcessTable {
  std::multimap<pid_t, pid_t> children;

  ProcessTable() {
    for (const auto& entry : fs::directory_iterator("/proc")) {
      const std::string name = entry.path().filename();
      if (name.find_first_not_of("0123456789") != std::string::npos) continue;
      std::ifstream file(entry.path() / "stat");
      std::string stat;
      std::getline(file, stat);
      const std::size_t at = stat.rfind(')');
      if (at == std::string::npos) continue;  // gone meanwhile
      children.emplace(static_cast<pid_t>(std::stol(stat.substr(at + 4))),
                       static_cast<pid_t>(std::stol(name)));
    }
  }

  [[nodiscard]] std::vector<pid_t> below(pid_t root) const {
    std::vector<pid_t> found{root};
    for (std::size_t i = 0; i < found.size(); ++i) {
      const auto [begin, end] = children.equal_range(found[i]);
      for (auto at = begin; at != end; ++at) found.push_back(at->second);
    }
    found.erase(found.begin());
    return found;
  }
};

/// Inside sandboxes judges are called /judge and hosts /host.
std::string program_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/cmdline");
  std::string name;
  std::getline(file, name, '\0');
  return name;
}

/// `mls` with its output in a file.
class Harness {
 public:
  Harness(const std::vector<std::string>& arguments, fs::path out) : out_(std::move(out)) {
    const std::string program = (evaluate::default_places().build / "bin" / "mls").string();
    std::vector<char*> argv{const_cast<char*>(program.c_str())};
    for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      const int fd = ::open(out_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
      ::dup2(fd, 1);
      ::dup2(::open((out_.string() + ".err").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644), 2);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
  }
  ~Harness() {
    if (!running()) return;
    kill();
  }
  Harness(const Harness&) = delete;
  Harness& operator=(const Harness&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  bool running() {
    int status = 0;
    if (!status_ && ::waitpid(pid_, &status, WNOHANG) == pid_) status_ = status;
    return !status_;
  }
  void kill() {
    ::kill(pid_, SIGKILL);
    while (running()) nap(0.001);
  }
  /// Exit code; -1 when killed.
  int wait() {
    while (running()) nap(0.01);
    return WIFEXITED(*status_) ? WEXITSTATUS(*status_) : -1;
  }
  [[nodiscard]] std::string output() const { return read_file(out_); }
  [[nodiscard]] std::string errors() const { return read_file(out_.string() + ".err"); }

 private:
  fs::path out_;
  pid_t pid_ = -1;
  std::optional<int> status_;
};

/// Every run of a submission, without what differs each time (times, memory).
std::map<std::string, std::string> verdicts_of(const Json& submission) {
  std::map<std::string, std::string> verdicts;
  for (const Json& setting : submission.at("settings")) {
    for (const Json& run : setting.at("runs")) {
      verdicts[setting.at("id").get<std::string>() + "/" + run.at("seed").dump()] =
          run.at("status").dump() + " " + run.at("metrics").dump() + " " + run.at("message").dump();
    }
  }
  return verdicts;
}

std::map<std::string, std::string> verdicts_of(const store::Result& result) {
  std::map<std::string, std::string> verdicts;
  for (const auto& run : result.evaluation.runs) {
    const auto name = run.setting + "/" + std::to_string(run.seed);
    EXPECT_FALSE(verdicts.contains(name)) << name << " twice";
    Json metrics = Json::object();
    for (const auto& [metric, value] : run.metrics) metrics[metric] = value;
    verdicts[name] =
        Json(evaluate::name_of(run.status)).dump() + " " + metrics.dump() + " " + Json(run.message).dump();
  }
  return verdicts;
}

class CrashSafety : public testing::Test {
 protected:
  CrashSafety() {
    // Whatever outlives the harness becomes ours, so that nothing can hide.
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    ::setenv("MLS_HOME", home_.path().c_str(), 1);
    ::setenv("TMPDIR", temporary_.path().c_str(), 1);
    Harness start({"start", "optimization-online-bandit", workspace_.string()}, out_);
    EXPECT_EQ(start.wait(), 0) << start.errors();
  }
  ~CrashSafety() override {
    ::unsetenv("MLS_HOME");
    ::unsetenv("TMPDIR");
    ::prctl(PR_SET_CHILD_SUBREAPER, 0);
  }

  [[nodiscard]] std::vector<std::string> submit() const {
    return {"submit", workspace_.string(), "--name", "start", "--json", "--jobs", "2"};
  }

  /// Waits until every child is gone; false when some are still there after ten seconds.
  static bool nothing_left() {
    const auto until = Clock::now() + std::chrono::seconds(10);
    while (Clock::now() < until) {
      const pid_t reaped = ::waitpid(-1, nullptr, WNOHANG);
      if (reaped < 0) return true;
      if (reaped == 0) nap(0.002);
    }
    return false;
  }

  [[nodiscard]] std::set<fs::path> finished() const {
    std::set<fs::path> folders;
    for (const auto& entry : fs::directory_iterator(store::runs_folder(home_.path()))) {
      if (fs::exists(entry.path() / "result.json")) folders.insert(entry.path());
    }
    return folders;
  }

  [[nodiscard]] std::size_t cached_results() const {
    std::size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(home_.path() / "results")) {
      if (entry.is_regular_file() && !entry.path().filename().string().starts_with('.')) ++count;
    }
    return count;
  }

  /// Kills one judge or host of `harness`; false when none is running.
  bool kill_one(const Harness& harness, const std::string& program) {
    std::vector<pid_t> found;
    for (const pid_t pid : ProcessTable().below(harness.pid())) {
      if (program_of(pid) == program) found.push_back(pid);
    }
    return !found.empty() && ::kill(found[rng_.below(found.size())], SIGKILL) == 0;
  }

  TemporaryFolder home_;
  TemporaryFolder temporary_;
  TemporaryFolder scratch_;
  fs::path workspace_ = scratch_.path() / "workspace";
  fs::path out_ = scratch_.path() / "out.json";
  Rng rng_{20240731};
};

/// Counts of what was killed.
struct Tally {
  int harness = 0;
  int judge = 0;
  int host = 0;
  [[nodiscard]] int all() const { return harness + judge + host; }
};

TEST_F(CrashSafety, TwoHundredKillsChangeNothing) {
  const char* wanted_text = std::getenv("MLS_CRASH_KILLS");
  const int wanted = wanted_text == nullptr ? 200 : std::atoi(wanted_text);

  // Killed while it compiles and measures the machine, too.
  for (const double after_s : {0.3, 2.0, 5.0}) {
    Harness harness(submit(), out_);
    nap(after_s);
    harness.kill();
    ASSERT_TRUE(nothing_left());
  }
  Harness undisturbed(submit(), out_);
  ASSERT_EQ(undisturbed.wait(), 0) << undisturbed.errors();
  const auto expected = verdicts_of(Json::parse(undisturbed.output()));
  ASSERT_EQ(expected.size(), 25U);
  for (const auto& [name, verdict] : expected)
    ASSERT_TRUE(verdict.starts_with("\"ok\"")) << name << ": " << verdict;
  std::set<fs::path> seen = finished();
  ASSERT_EQ(seen.size(), 1U);

  Tally killed;
  int submissions = 0;
  while (killed.all() < wanted) {
    fs::remove_all(home_.path() / "results");
    bool through = false;
    while (!through) {
      Harness harness(submit(), out_);
      bool host_killed = false;  // at most one of each harness: a run whose host is killed twice has crashed
      while (harness.running() && killed.all() < wanted) {
        nap(rng_.below(8) == 0 ? rng_.uniform(0, 2) : rng_.uniform(0, 0.5));
        if (!harness.running()) break;
        const std::uint64_t victim = rng_.below(3);
        if (victim == 0) {
          harness.kill();
          ++killed.harness;
        } else if (victim == 1) {
          if (kill_one(harness, "/judge")) ++killed.judge;
        } else if (!host_killed && kill_one(harness, "/host")) {
          host_killed = true;
          ++killed.host;
        }
      }
      const int code = harness.wait();
      ASSERT_TRUE(code == 0 || code == 3 || code == -1) << code << ": " << harness.errors();
      ASSERT_TRUE(nothing_left()) << "a process outlives its harness";
      // A harness may be killed between its result's rename and its own end: that is a submission, once.
      std::set<fs::path> now = finished();
      ASSERT_LE(now.size(), seen.size() + 1);
      through = now.size() > seen.size();
      EXPECT_TRUE(code != 0 || through) << "ended well without a result";
      EXPECT_TRUE(code != 3 || !through) << "a fault of ours was recorded";
      seen = std::move(now);
    }
    ++submissions;
    EXPECT_EQ(cached_results(), expected.size());
  }
  ASSERT_EQ(seen.size(), static_cast<std::size_t>(submissions) + 1);
  for (const fs::path& folder : seen) {
    EXPECT_EQ(verdicts_of(store::load_result(folder)), expected) << folder;
    std::set<std::string> runs;
    for (const Json& event : store::load_events(folder).events) {
      if (event.at("event") == "run") {
        EXPECT_TRUE(runs.insert(event.at("setting").dump() + event.at("seed").dump()).second)
            << folder << " " << event;
      }
    }
    EXPECT_EQ(runs.size(), expected.size()) << folder;
  }
  std::printf("killed: %d harnesses, %d judges, %d hosts, over %d submissions\n", killed.harness,
              killed.judge, killed.host, submissions);
}

TEST_F(CrashSafety, DraftsOfKilledProcessesAreRemovedAfterADay) {
  const fs::path compile = home_.path() / "compile";
  for (const char* name : {".draft-old", ".draft-new"}) write_atomic(compile / name / "file", "x");
  fs::last_write_time(compile / ".draft-old", fs::file_time_type::clock::now() - std::chrono::hours(25));
  Harness harness({"eval", "optimization-online-bandit", "--method", "baseline:ucb1", "--settings",
                   "stochastic", "--seeds", "1"},
                  out_);
  nap(1);
  EXPECT_FALSE(fs::exists(compile / ".draft-old"));
  EXPECT_TRUE(fs::exists(compile / ".draft-new"));
  harness.kill();
  EXPECT_TRUE(nothing_left());
}

}  // namespace
}  // namespace mls
