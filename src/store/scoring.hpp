// Which calibration an evaluation is scored with, and what happens without one.
//
// Draws differ between seal keys, so anchors do too: each key has calibrations of its own, and a run is
// scored with those of its own key or not at all. The public key's are part of the repository, beside each
// task.toml; those of private keys lie in <home>/calibrations, where `mls calibrate TASK --seal-key FILE`
// puts them.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

  /// For whoever has made sure that there is a calibration; std::logic_error where there is none.
  [[nodiscard]] const score::Calibration& calibrated() const;
};

/// Where the calibration under a seal lies.
[[nodiscard]] std::filesystem::path calibration_file(const std::filesystem::path& home,
                                                     const task::Task& task, const std::string& seal);
/// The command that measures it: "mls calibrate TASK [--seal-key FILE]".
[[nodiscard]] std::string calibrate_command(const task::Task& task, const std::string& seal);

/// Of the seal with this public id. Never throws for a bad calibration.json: that is what `note` and
/// `damaged` are for.
[[nodiscard]] Yardstick yardstick_of(const std::filesystem::path& root, const std::filesystem::path& home,
                                     const task::Task& task, const std::string& seal);
/// Of the public seal.
[[nodiscard]] Yardstick yardstick_of(const std::filesystem::path& root, const task::Task& task);

/// The yardsticks of all tasks, under one seal and beside it under every other one that was calibrated.
class Yardsticks {
 public:
  /// Throws bad_input when the catalogue cannot be read.
  Yardsticks(const std::filesystem::path& root, const std::filesystem::path& home,
             const std::string& seal = "public");
  explicit Yardsticks(std::vector<Yardstick> yardsticks);

  [[nodiscard]] const Yardstick* find(std::string_view task) const;  ///< nullptr when unknown
  /// That under another seal; nullptr when it was never calibrated.
  [[nodiscard]] const Yardstick* find(std::string_view task, std::string_view seal) const;
  [[nodiscard]] const std::vector<Yardstick>& all() const { return all_; }  ///< in catalogue order
  /// Changes whenever any stored score might; the same whichever seal was asked for.
  [[nodiscard]] const std::string& fingerprint() const { return fingerprint_; }

 private:
  std::vector<Yardstick> all_;
  std::map<std::pair<std::string, std::string>, Yardstick> by_seal_;  // task, seal
  std::string fingerprint_;
};

struct Scored {
  std::optional<score::TaskScore> score;
  std::string note;  ///< why there is no score, or what to know about it; may be empty
};
/// The score of an evaluation (of the settings it has). A failed run sinks its setting and the task to 0,
/// calibrated or not; an infrastructure fault gives no score at all, because it is not the method's; no
/// calibration, or one of another task version or another seal, gives no score unless a run failed, and a
/// note that names the remedy.
[[nodiscard]] Scored score_of(const Yardstick& yardstick, const evaluate::Evaluation& evaluation);

}  // namespace mls::store
