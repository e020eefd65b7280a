// A folder in which somebody works on a method: everything to read, one file to edit.
//
// Only method.cpp is ever read back from it; the rest of an evaluation is rebuilt from the installed
// benchmark, so what else is changed, deleted or linked in the folder cannot matter.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "task/task.hpp"
#include "trial/conditions.hpp"

namespace mls::trial {

inline constexpr const char* workspace_marker = ".mls-workspace.toml";

/// What the marker file says.
struct Workspace {
  std::filesystem::path folder;
  std::string task;
  std::string created;      ///< UTC
  std::string task_sha256;  ///< task::task_hash when it was started
};

using WorkspaceFiles = std::map<std::string, std::string>;  ///< relative path and text

/// What a workspace begins with, but for the marker: question.md, surface.hpp, method.cpp, baselines/,
/// scaffold.cpp, README.md and the headers they include. Hidden settings are not mentioned. `steps`: as for
/// workspace_readme. `context`: whether baselines/ is there, and derivations.md beside it. Throws bad_input
/// when derivations are wanted and there are none.
[[nodiscard]] WorkspaceFiles workspace_files(const std::filesystem::path& root, const task::Task& task,
                                             const std::string& steps = "",
                                             Conditions::Context context = Conditions::Context::baselines);

/// Fills `folder` (made when missing) with these files and the marker, written last. All but method.cpp is
/// read-only. Throws usage_error when the folder is not empty, what workspace_files throws, and
/// infrastructure when it cannot be written; then nothing is left behind.
Workspace start_workspace(const std::filesystem::path& root, const task::Task& task,
                          const std::filesystem::path& folder, const std::string& steps = "",
                          Conditions::Context context = Conditions::Context::baselines);

/// Reads the marker, trusting nothing in the folder. Throws bad_input with a remedy when the folder is not a
/// workspace.
[[nodiscard]] Workspace open_workspace(const std::filesystem::path& folder);

[[nodiscard]] std::filesystem::path method_file(const Workspace& workspace);

/// Throws bad_input saying how to get a method.cpp back when there is none.
void require_method(const Workspace& workspace);

/// The README of a workspace (Markdown). `steps` says what to do there; if it is empty, what to do with the
/// program `mls`.
[[nodiscard]] std::string workspace_readme(const std::filesystem::path& root, const task::Task& task,
                                           const std::string& steps = "",
                                           Conditions::Context context = Conditions::Context::baselines);

}  // namespace mls::trial
