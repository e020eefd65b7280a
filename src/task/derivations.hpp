// Where the published methods of a task come from: derivations.md in its folder, optional, for agents that
// are shown more than sources (docs/task-format.md).
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "task/task.hpp"

namespace mls::task {

[[nodiscard]] std::filesystem::path derivations_file(const Task& task);

/// One text a baseline, by its id. Throws bad_input when there is no file, when a baseline has no section or
/// an empty one, and for a section of no baseline (with the nearest).
[[nodiscard]] std::map<std::string, std::string> derivations_of(const Task& task);

}  // namespace mls::task
