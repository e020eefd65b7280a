// The catalogue and one task, for scripts and for people.
#pragma once

#include <string>
#include <vector>

#include "core/json.hpp"
#include "store/scoring.hpp"
#include "task/task.hpp"

namespace mls::report {

/// The stable contract of `mls tasks --json` (docs/cli.md).
[[nodiscard]] Json tasks_json(const std::vector<task::Task>& tasks);
[[nodiscard]] std::string tasks_text(const std::vector<task::Task>& tasks);

/// As an element of tasks_json, with question, limits, metrics, settings, baselines and their scores.
[[nodiscard]] Json task_json(const store::Yardstick& yardstick);
[[nodiscard]] std::string task_text(const store::Yardstick& yardstick);

}  // namespace mls::report
