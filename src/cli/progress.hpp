// Live progress on stderr.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "cli/live_line.hpp"
#include "evaluate/evaluate.hpp"

namespace mls::cli {

/// How far one evaluation is, as a LiveLine. Failed runs get lines of their own.
class ProgressLine {
 public:
  /// `what`: shown in front, e.g. a task id.
  explicit ProgressLine(std::string what);
  void show(const evaluate::Progress& progress);
  /// Valid while this lives.
  [[nodiscard]] evaluate::ProgressSink sink() {
    return [this](const evaluate::Progress& progress) { show(progress); };
  }

 private:
  using Clock = std::chrono::steady_clock;

  void count(const evaluate::Progress& progress);
  void say_failure(const evaluate::RunRecord& run);
  [[nodiscard]] std::string line();
  [[nodiscard]] std::string time_left() const;

  std::string what_;
  std::mutex mutex_;  ///< guards what follows
  evaluate::Progress latest_;
  /// Of each stage: what was really done, without what came from the cache, and since when.
  struct Pace {
    int done = 0;
    Clock::time_point since = Clock::now();
  };
  std::map<evaluate::Progress::Stage, Pace> paces_;
  int failures_shown_ = 0;
  LiveLine live_;  ///< last, so that it stops drawing before the rest is gone
};

}  // namespace mls::cli
