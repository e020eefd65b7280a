// Carries attacks out through the one path by which anything is scored, and judges what came of them.
#pragma once

#include <string>
#include <vector>

#include "attacks/attack.hpp"
#include "core/json.hpp"
#include "evaluate/evaluate.hpp"

namespace mls::attacks {

struct Result {
  std::string name;
  std::string route;
  /// "harmless": all runs ended ok without a gain; "gained"; else the status of the first failed run,
  /// "rejected" for a submission that was refused before it was evaluated; "infrastructure" when the
  /// benchmark failed.
  std::string outcome;
  /// Points (0 ... 100) above the honest method on the same setting and seeds; without a calibration of the
  /// task, the difference of the transformed metrics, and -100 for a failed run.
  double score_gained = 0;
  bool passed = false;
  std::vector<std::string> faults;  ///< why not passed
  std::string message;              ///< of the verdict
  double seconds = 0;
};

/// {"name","route","outcome","score_gained","passed","faults","message","seconds"}
[[nodiscard]] Json to_json(const Result& result);
[[nodiscard]] Result result_from_json(const Json& json);  ///< throws bad_input

/// A task as attacks are evaluated on it: its limits lowered, so that a corpus takes minutes.
[[nodiscard]] task::Task lowered(task::Task task);

/// Evaluates what the attack is compared with; cached, and shared by all attacks that name the same honest
/// method, setting and seeds. Also makes sure that what all attacks share is built and prepared. Throws when
/// the honest method fails.
[[nodiscard]] evaluate::Evaluation honest_evaluation(const evaluate::Places& places, const Attack& attack);

/// Evaluates the attack in quarters of its own and looks at the machine afterwards. Throws only for faults of
/// the corpus or of the honest method.
[[nodiscard]] Result carry_out(const evaluate::Places& places, const Attack& attack);

}  // namespace mls::attacks
