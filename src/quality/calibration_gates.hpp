// The gates that follow from a task and its calibration alone: nothing is run.
#pragma once

#include <string>
#include <vector>

#include "quality/gate.hpp"
#include "score/calibration.hpp"
#include "task/task.hpp"

namespace mls::quality {

/// At least three settings, no two with the same parameters, at least one hidden.
[[nodiscard]] Gate transfer_gate(const task::Task& task);

/// The start method's task score is below the best baseline's. Values are scores times 100.
[[nodiscard]] Gate start_gate(const task::Task& task, const score::Calibration& calibration);

/// An [[expect]] of the task in one setting, and what was measured.
struct Fact {
  task::Expectation expectation;  ///< `setting` is never "*"
  double better_mean = 0;         ///< raw, over seeds
  double than_mean = 0;
  /// Mean of the seeds' differences over its standard error, positive when the fact holds; infinite without
  /// spread.
  double errors = 0;
  bool holds = false;
};
/// In the order of task.toml, "*" spelt out by setting. `calibration` must be of `task`.
[[nodiscard]] std::vector<Fact> facts_of(const task::Task& task, const score::Calibration& calibration);
/// "mlp: loss of sgd (0.3) is not lower than of svrg (0.2); Defazio & Bottou 2019": for one that does not
/// hold.
[[nodiscard]] std::string text_of(const task::Task& task, const Fact& fact);
/// Every fact holds on seed means; a task must state at least one.
[[nodiscard]] Gate reproduction_gate(const task::Task& task, const score::Calibration& calibration);

/// In every term, reference and floor are at least four standard errors apart: the larger one of the two
/// means'.
[[nodiscard]] Gate separation_gate(const task::Task& task, const score::Calibration& calibration);

/// In every bounded term, the best baseline covers at most 95 % of the way from floor to bound.
[[nodiscard]] Gate head_room_gate(const task::Task& task, const score::Calibration& calibration);

/// Nothing was measured from other sources than the present ones.
[[nodiscard]] Gate calibration_gate(const score::Calibration& calibration, const score::Present& present);

/// A gate that fails because there is no calibration to judge by.
[[nodiscard]] Gate not_calibrated(std::string name, Relation relation, double bound, const std::string& why);

/// What the task's calibration should have been measured from, under the public seal key. Throws as
/// load_method.
[[nodiscard]] score::Present present_of(const std::filesystem::path& root, const task::Task& task);

/// All gates of this header, in the order above, for the calibration.json in the task's folder.
[[nodiscard]] std::vector<Gate> calibration_gates(const std::filesystem::path& root, const task::Task& task);

}  // namespace mls::quality
