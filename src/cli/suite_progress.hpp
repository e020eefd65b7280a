// How far a suite is, on stderr.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "cli/live_line.hpp"
#include "trial/suite_run.hpp"

namespace mls::cli {

/// A line that lives ("lite: 3 of 30 done, 2 running, 0 failed, about 12 min left") with a row a trial below
/// it where it fits, and a line that stays for every trial that ends.
class SuiteProgress {
 public:
  explicit SuiteProgress(std::string suite);
  void show(const std::vector<trial::TrialState>& states);
  /// A line that stays.
  void say(std::string_view line) { live_.say_above(line); }

 private:
  using Clock = std::chrono::steady_clock;

  std::string text(const Screen& screen);

  std::string suite_;
  Clock::time_point since_ = Clock::now();
  std::mutex mutex_;  ///< guards the states
  std::vector<trial::TrialState> states_;
  LiveLine live_;  ///< last, so that it stops drawing before the rest is gone
};

/// "3 of 30 done, 2 running, 0 failed".
[[nodiscard]] std::string counts_text(const std::vector<trial::TrialState>& states);

/// Seconds until all trials have ended if they go on at the pace of the last `elapsed_s`; 0 while nothing is
/// known.
[[nodiscard]] double seconds_left(const std::vector<trial::TrialState>& states, double elapsed_s);

}  // namespace mls::cli
