// Suites: named lists of tasks to be run together (format: docs/suites.md).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "task/task.hpp"

namespace mls::task {

struct Suite {
  std::string name;
  std::vector<Task> tasks;  ///< at least one
};

/// What `name` stands for: "all" (the whole catalogue), the name of a file suites/NAME.toml, the path of any
/// other such file (it ends in ".toml"), an area by folder name or abbreviation, or a task id. Throws
/// usage_error with the nearest name for none of these, bad_input for an area without tasks and whatever is
/// wrong with a suite's file: file, line, and the nearest id where a task does not exist.
[[nodiscard]] Suite suite_named(const std::filesystem::path& root, const std::string& name);

/// Reads one suite's file; tasks in its order. Of suites/lite.toml the tasks must be exactly those whose
/// task.toml says `lite = true`, so that the two can never tell different stories.
[[nodiscard]] Suite load_suite(const std::filesystem::path& root, const std::filesystem::path& file);

}  // namespace mls::task
