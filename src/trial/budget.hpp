// How much an agent may do in one trial, and how much it has done.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/json.hpp"

namespace mls::trial {

/// What a trial grants; absent = unlimited.
struct Budget {
  std::string tier;            ///< "full", "lite", "explore", or "own": what the agent's options say
  std::optional<int> actions;  ///< edits and tests
  std::optional<int> tests;
  std::optional<double> seconds;  ///< wall clock while the trial is worked on
};
[[nodiscard]] Json to_json(const Budget& budget);

/// full: 20 actions, 3 tests. lite: 8 actions, 1 test. explore: 5 hours. Throws usage_error with the nearest
/// name for any other.
[[nodiscard]] Budget tier_named(const std::string& name);
[[nodiscard]] const std::vector<std::string>& tier_names();

struct Used {
  int actions = 0;
  int tests = 0;
  double seconds = 0;
};
[[nodiscard]] Json to_json(const Used& used);
[[nodiscard]] Used used_from_json(const Json& json);  ///< throws bad_input naming the field

/// "2 of 3 tests, 5 of 20 actions, 12 min 04 s of 5 h 00 min": for people and agents.
[[nodiscard]] std::string budget_text(const Budget& budget, const Used& used);

}  // namespace mls::trial
