// Live progress on stderr.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "evaluate/evaluate.hpp"

namespace mls::cli {

/// One line that updates itself on a terminal; elsewhere a line every few seconds of work, so that short work
/// is silent. Failed runs get lines of their own.
class ProgressLine {
 public:
  /// `what`: shown in front, e.g. a task id.
  explicit ProgressLine(std::string what);
  /// Clears the line.
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const evaluate::Progress& progress);
  /// Valid while this lives.
  [[nodiscard]] evaluate::ProgressSink sink() {
    return [this](const evaluate::Progress& progress) { show(progress); };
  }

 private:
  using Clock = std::chrono::steady_clock;

  void count(const evaluate::Progress& progress);
  void say_failure(const evaluate::RunRecord& run);
  [[nodiscard]] std::string line() const;
  [[nodiscard]] std::string time_left() const;
  /// Loop of the drawing thread.
  void draw(const std::stop_token& stop);
  void clear() const;

  std::string what_;
  bool terminal_;
  std::mutex mutex_;  ///< guards what follows
  evaluate::Progress latest_;
  /// Of each stage: what was really done, without what came from the cache, and since when.
  struct Pace {
    int done = 0;
    Clock::time_point since = Clock::now();
  };
  std::map<evaluate::Progress::Stage, Pace> paces_;
  int failures_shown_ = 0;
  std::condition_variable_any wake_;
  std::jthread drawer_;
};

}  // namespace mls::cli
