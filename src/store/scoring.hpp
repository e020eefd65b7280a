// Which calibration an evaluation is scored with, and what happens without one.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "evaluate/evaluate.hpp"
#include "score/calibration.hpp"
#include "task/task.hpp"

namespace mls::store {

/// A task as it is now, with the calibration that its evaluations are measured by.
struct Yardstick {
  task::Task task;
  std::string task_sha256;  ///< task::task_hash of the present sources
  std::optional<score::Calibration>
      calibration;  ///< none when it is missing, damaged or of another task version
  std::string
      sha256;  ///< of task.toml and calibration.json: equal yardsticks give equal scores; empty without one
  std::string note;      ///< why there is no calibration and what to do; empty when there is one
  bool damaged = false;  ///< calibration.json is there but cannot be read
};
/// Never throws for a bad calibration.json: that is what `note` and `damaged` are for.
[[nodiscard]] Yardstick yardstick_of(const std::filesystem::path& root, const task::Task& task);

/// The yardsticks of all tasks.
class Yardsticks {
 public:
  /// Throws bad_input when the catalogue cannot be read.
  explicit Yardsticks(const std::filesystem::path& root);
  explicit Yardsticks(std::vector<Yardstick> yardsticks);

  [[nodiscard]] const Yardstick* find(std::string_view task) const;         ///< nullptr when unknown
  [[nodiscard]] const std::vector<Yardstick>& all() const { return all_; }  ///< in catalogue order
  /// Changes whenever any stored score might.
  [[nodiscard]] const std::string& fingerprint() const { return fingerprint_; }

 private:
  std::vector<Yardstick> all_;
  std::string fingerprint_;
};

struct Scored {
  std::optional<score::TaskScore> score;
  std::string note;  ///< why there is no score, or what to know about it; may be empty
};
/// The score of an evaluation (of the settings it has). A failed run sinks its setting and the task to 0,
/// calibrated or not; an infrastructure fault gives no score at all, because it is not the method's; no
/// calibration or one of another task version gives no score unless a run failed.
[[nodiscard]] Scored score_of(const Yardstick& yardstick, const evaluate::Evaluation& evaluation);

}  // namespace mls::store
