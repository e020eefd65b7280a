// Live progress on stderr.
#pragma once

#include <chrono>
#include <string>

#include "evaluate/evaluate.hpp"

namespace mls::cli {

/// One line that updates itself on a terminal; elsewhere a line every few seconds. Failed runs get lines of their own.
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
  [[nodiscard]] std::string line_of(const evaluate::Progress& progress) const;
  void clear() const;

  std::string what_;
  bool terminal_;
  Clock::time_point last_shown_;
  Clock::time_point counting_since_;
  evaluate::Progress::Stage stage_ = evaluate::Progress::Stage::compiling;
  int really_done_ = 0;  ///< of this stage, without what came from the cache
  int failures_shown_ = 0;
};

}  // namespace mls::cli
