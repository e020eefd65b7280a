// The options of run and mcp that say under which conditions trials are held (trial/conditions.hpp).
#pragma once

#include <map>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "task/task.hpp"
#include "trial/conditions.hpp"

namespace mls::cli {

using ConditionArguments = std::map<std::string, std::string>;  ///< as they were named

/// `arguments` must live as long as the verb.
void add_condition_options(CLI::App& verb, ConditionArguments& arguments);

/// Throws usage_error for an unknown value, and bad_input before anything runs when derivations are to be
/// shown and a task has none.
[[nodiscard]] trial::Conditions conditions_of(const ConditionArguments& arguments,
                                              const std::vector<task::Task>& tasks);

/// Trials under other conditions are not recorded under the same name, unless somebody says so.
[[nodiscard]] std::string usual_label(const std::string& agent, const trial::Conditions& conditions);

}  // namespace mls::cli
