// Under which conditions a trial is held: what its agent is shown, asked and allowed. A comparison of agents
// keeps them all; a study varies one and holds the others (docs/agents.md, "Conditions").
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"

namespace mls::trial {

struct Conditions {
  /// What of the published methods is shown: nothing; their sources and visible scores; the ideas behind them
  /// as well.
  enum class Context { none, baselines, derivations };
  /// What is asked for: a new method that transfers, or the best score by any legitimate change.
  enum class Stance { invention, engineering };
  /// Whether caps on what a component or a carried model may hold are enforced. Scores without are not
  /// comparable with any others.
  enum class Capacity { on, off };
  /// Whether changes of given files other than method.cpp, which never have an effect, are passed over or
  /// refused.
  enum class Surface { lenient, strict };

  Context context = Context::baselines;
  Stance stance = Stance::invention;
  Capacity capacity = Capacity::on;
  Surface surface = Surface::lenient;

  bool operator==(const Conditions&) const = default;
  /// Whether scores may stand beside those of other trials and submissions.
  [[nodiscard]] bool comparable() const { return capacity == Capacity::on; }
};

/// "context", "stance", "capacity", "surface".
[[nodiscard]] const std::vector<std::string>& condition_names();
/// The values that one may have. Throws usage_error with the nearest name for an unknown one.
[[nodiscard]] const std::vector<std::string>& condition_values(std::string_view name);
/// Throws usage_error with the nearest value for an unknown one.
void set_condition(Conditions& conditions, std::string_view name, const std::string& value);

/// {"context", "stance", "capacity", "surface"}, each by its value's name.
[[nodiscard]] Json to_json(const Conditions& conditions);
[[nodiscard]] Conditions conditions_from_json(const Json& json);  ///< throws bad_input naming the field
/// Those that are not as usual: "context none, stance engineering"; empty when all are.
[[nodiscard]] std::string conditions_text(const Conditions& conditions);

}  // namespace mls::trial
