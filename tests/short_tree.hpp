// A copy of the repository whose only task is a shortened bandit, with a data folder of its own, and the real
// program run on it. Compiled hosts and finished runs are shared between tests, which is what makes them
// quick.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include "core/files.hpp"
#include "core/json.hpp"
#include "core/locations.hpp"
#include "core/subprocess.hpp"

namespace mls {

namespace fs = std::filesystem;

inline constexpr const char* bandit = "optimization-online-bandit";

inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// Published orders need the full horizon to show.
inline std::string without_expectations(std::string toml) {
  for (std::size_t at = toml.find("[[expect]]"); at != std::string::npos; at = toml.find("[[expect]]")) {
    toml.erase(at, toml.find("[[", at + 2) - at);
  }
  return toml;
}

/// A tree and a data folder of its own, which go when it goes.
class ShortTree : public ::testing::Test {
 protected:
  ShortTree() {
    const fs::path tree = repository_root();
    fs::create_directories(root());
    for (const char* part : {"src", "lib", "packs", "reference"})
      fs::copy(tree / part, root() / part, fs::copy_options::recursive);
    fs::create_directories(task_folder().parent_path());
    fs::copy(tree / "tasks" / "optimization-and-theory" / bandit, task_folder(), fs::copy_options::recursive);
    fs::remove(task_folder() / "calibration.json");
    std::string toml = read_file(task_folder() / "task.toml");
    toml = replaced(toml, "seeds = 5", "seeds = 2");
    for (const char* horizon : {"5000", "8000", "10000"}) {
      toml = replaced(toml, std::string("horizon = ") + horizon, "horizon = 400");
    }
    std::ofstream(task_folder() / "task.toml") << without_expectations(toml);

    fs::create_directories(home());
    for (const char* cache : {"compile", "results"}) {
      const fs::path shared = build_folder() / "cli_test_cache" / cache;
      fs::create_directories(shared);
      fs::create_directory_symlink(shared, home() / cache);
    }
    environment_ = {
        {"MLS_ROOT", root().string()}, {"MLS_HOME", home().string()}, {"MLS_BUILD", build_folder().string()}};
  }

  fs::path root() const { return folder_.path() / "root"; }
  fs::path home() const { return folder_.path() / "home"; }
  fs::path work() const { return folder_.path() / "work"; }
  fs::path task_folder() const { return root() / "tasks" / "optimization-and-theory" / bandit; }
  static std::string program() { return (build_folder() / "bin" / "mls").string(); }

  /// Runs of this test alone: what is in the cache is what it put there. For tests that need work to be done.
  void own_results() const {
    fs::remove(home() / "results");
    fs::create_directory(home() / "results");
  }

  Finished mls(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), program());
    return run_command({arguments, {}, environment_, 280, 4 << 20});
  }

  /// Expects success and JSON, and nothing else, on stdout.
  Json json(const std::vector<std::string>& arguments, int exit_code = 0) const {
    const Finished finished = mls(arguments);
    EXPECT_EQ(finished.exit_code, exit_code) << finished.err;
    return Json::parse(finished.out, nullptr, false);
  }

  void expect_error(const std::vector<std::string>& arguments, int exit_code, const std::string& part) const {
    const Finished finished = mls(arguments);
    EXPECT_EQ(finished.exit_code, exit_code) << finished.err;
    EXPECT_TRUE(finished.out.empty()) << finished.out;
    EXPECT_NE(finished.err.find(part), std::string::npos) << finished.err;
    EXPECT_TRUE(finished.err.starts_with("mls: error: ")) << finished.err;
  }

  void calibrate() const {
    const Finished finished = mls({"calibrate", bandit});
    ASSERT_EQ(finished.exit_code, 0) << finished.err;
  }

  void start() const {
    const Finished finished = mls({"start", bandit, work().string()});
    ASSERT_EQ(finished.exit_code, 0) << finished.err;
  }

  fs::path method_of(const std::string& source) const {
    const fs::path file = folder_.path() / "method.cpp";
    std::ofstream(file) << source;
    return file;
  }

  std::vector<std::string> eval_of(const fs::path& method) const {
    return {"eval", bandit, "--method", method.string(), "--settings", "stochastic", "--json"};
  }

  pid_t started(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), program());
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    for (const auto& [name, value] : environment_) ::setenv(name.c_str(), value.c_str(), 1);
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 1);
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    ::freopen("/dev/null", "w", stdout);
    ::freopen("/dev/null", "w", stderr);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }

  static int ended(pid_t pid) {
    int status = 0;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  /// Of the only trial; empty while there are trials but no folder of one.
  fs::path trial_folder() const {
    for (const auto& entry : fs::directory_iterator(home() / "trials")) {
      if (entry.is_directory()) return entry.path();
    }
    return {};
  }

  /// The log of the only trial as it stands; empty before there is one.
  std::string log_lines() const {
    std::error_code absent;
    if (!fs::exists(home() / "trials", absent) || trial_folder().empty()) return "";
    return lines_in(trial_folder());
  }

  static std::string lines_in(const fs::path& trial) {
    const fs::path file = trial / "events.jsonl";
    return fs::exists(file) ? read_file(file) : "";
  }

  /// All events, or those of a kind. The last line may be half written, now or by a process that was killed.
  static std::vector<Json> events_in(const std::string& log, const std::string& kind = "") {
    std::vector<Json> found;
    std::istringstream lines(log);
    for (std::string line; std::getline(lines, line);) {
      Json event = Json::parse(line, nullptr, false);
      if (!event.is_discarded() && (kind.empty() || event.at("event") == kind))
        found.push_back(std::move(event));
    }
    return found;
  }

  /// Of the only trial.
  std::vector<Json> events(const std::string& kind = "") const { return events_in(log_lines(), kind); }

  /// Waits until an evaluation has got as far as this many finished runs of the newest submission.
  void await_events(std::size_t lines) const {
    for (int i = 0; i < 2000; ++i) {
      if (fs::exists(home() / "runs")) {
        for (const auto& entry : fs::directory_iterator(home() / "runs")) {
          const fs::path events = entry.path() / "events.jsonl";
          if (!fs::exists(events)) continue;
          const std::string text = read_file(events);
          if (static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) >= lines) return;
        }
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    FAIL() << "no run has finished";
  }

  TemporaryFolder folder_;
  std::map<std::string, std::string> environment_;
};

}  // namespace mls
