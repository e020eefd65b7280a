// A new task folder from the template of its protocol (templates/<protocol>): small, complete and working,
// for its author to edit. How to go on is in docs/adding-a-task.md.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "task/task.hpp"

namespace mls::task {

struct NewTask {
  std::string area;  ///< folder name
  std::string id;
  std::string protocol;
  std::string title;  ///< empty: made of the id
};

/// The protocols for which there is a template, in the order of protocols().
[[nodiscard]] std::vector<std::string> template_protocols(const std::filesystem::path& root);

/// Writes `root`/tasks/<area>/<id> in one rename and returns the task as it is then loaded. Nothing is
/// written when anything is wrong. Throws usage_error for an unknown area or protocol, an id that is invalid
/// or taken by any task or judge program, and a title that is not one line of text.
Task create_task(const std::filesystem::path& root, const NewTask& wanted);

}  // namespace mls::task
