#include "trial/workspace.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <toml++/toml.h>

#include <array>
#include <ctime>

#include "core/error.hpp"
#include "core/files.hpp"
#include "task/derivations.hpp"
#include "task/sources.hpp"

namespace mls::trial {
namespace {

namespace fs = std::filesystem;
using Context = Conditions::Context;
using Files = WorkspaceFiles;

constexpr int workspace_format = 1;
constexpr std::size_t max_marker_bytes = std::size_t{16} * 1024;
constexpr const char* method_name = "method.cpp";

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

/// Writes files below one folder and takes them all away again unless told to keep them.
class Filling {
 public:
  explicit Filling(fs::path folder) : folder_(std::move(folder)) { make(folder_); }
  Filling(const Filling&) = delete;
  Filling& operator=(const Filling&) = delete;
  ~Filling() {
    std::error_code ignored;
    for (auto at = made_.rbegin(); at != made_.rend(); ++at) fs::remove(*at, ignored);
  }

  void write(const fs::path& name, std::string_view bytes, bool editable = false) {
    const fs::path path = folder_ / name;
    make(path.parent_path());
    made_.push_back(path);
    write_atomic(path, bytes);
    if (!editable) ::chmod(path.c_str(), 0444);
  }

  void keep() { made_.clear(); }

 private:
  void make(const fs::path& folder) {
    if (fs::is_directory(folder)) return;
    if (folder.has_parent_path()) make(folder.parent_path());
    std::error_code failure;
    if (fs::create_directory(folder, failure)) made_.push_back(folder);
    if (failure) throw infrastructure(fmt::format("cannot make {}: {}", folder.string(), failure.message()));
  }

  fs::path folder_;
  std::vector<fs::path> made_;
};

void check_empty(const fs::path& folder) {
  std::error_code failure;
  const fs::file_status status = fs::status(folder, failure);
  if (!fs::exists(status)) return;
  if (!fs::is_directory(status)) {
    throw usage_error(fmt::format("{} is not a folder: name a new or empty one", folder.string()));
  }
  const bool empty = fs::is_empty(folder, failure);
  if (failure) throw infrastructure(fmt::format("cannot read {}: {}", folder.string(), failure.message()));
  if (!empty) {
    throw usage_error(fmt::format("{} is not empty: name a new or empty folder, nothing in it is overwritten",
                                  folder.string()));
  }
}

std::string marker_text(const Workspace& workspace) {
  return fmt::format(
      "# Written by `mls start`: names the task this folder works on. `mls test` and `mls submit` need it.\n"
      "[workspace]\nformat = {}\ntask = \"{}\"\ncreated = \"{}\"\ntask_sha256 = \"{}\"\n",
      workspace_format, workspace.task, workspace.created, workspace.task_sha256);
}

// What a reader or a language server needs to follow the includes of the task's files.
void add_headers(Files& files, const fs::path& root, const task::Task& task) {
  for (const auto& file : task::source_closure(root, task.folder / "surface.hpp")) {
    if (file == task.folder / "surface.hpp") continue;
    const fs::path beside = file.lexically_relative(task.folder);
    const fs::path relative = file.lexically_relative(root);
    const fs::path name =
        *beside.begin() != ".."
            ? beside
            : "include" / (*relative.begin() == "src" ? relative.lexically_relative("src") : relative);
    files[name.string()] = read_file(file);
  }
  files["compile_flags.txt"] = "-xc++\n-std=c++20\n-I.\n-Iinclude\n";
}

std::string text_field(const toml::table& table, const char* name, const fs::path& file) {
  const auto value = table[name].value<std::string>();
  if (!value || value->empty()) {
    throw bad_input(fmt::format(
        "{}: `{}` must be a text in quotes; start a new workspace with `mls start TASK DIR` and copy "
        "method.cpp over",
        file.string(), name));
  }
  return *value;
}

std::string steps_with_mls(const fs::path& root) {
  return fmt::format(R"(`mls` stands for `{}`.

1. Read `question.md` (the research question) and `surface.hpp` (the interface your method implements).
2. Edit `method.cpp`. It is the only file that is read back; every other file is here to be read.
3. `mls test .` compiles it, runs the visible settings and shows metrics and scores beside the baselines.
4. `mls submit . --name my-method` runs all settings, hidden ones too, and records the score on the leaderboard.
)",
                     (root / "mls").string());
}

/// The README's section about them.
std::string baselines_text(const task::Task& task, Context context) {
  if (context == Context::none) return "";
  std::string text = "\n## Baselines\n\n";
  for (const auto& baseline : task.baselines) {
    text += fmt::format(
        "- {}: {}, {}\n",
        baseline.start ? "`method.cpp` as you found it" : fmt::format("`baselines/{}.cpp`", baseline.id),
        baseline.title, baseline.source);
  }
  return text;
}

/// Rows of the README's table of files.
std::string baseline_files(Context context) {
  std::string rows;
  if (context == Context::none) return rows;
  rows = "| `baselines/` | published methods, each could stand in for `method.cpp` |\n";
  if (context == Context::derivations)
    rows += "| `derivations.md` | the idea behind each of them and where it comes from |\n";
  return rows;
}

void add_baselines(Files& files, const task::Task& task, Context context) {
  if (context == Context::none) return;
  for (const auto& baseline : task.baselines)
    files["baselines/" + baseline.id + ".cpp"] = read_file(task.source_of(baseline));
  if (context != Context::derivations) return;
  (void)task::derivations_of(task);  // complete, or an error that says what is missing
  files["derivations.md"] = read_file(task::derivations_file(task));
}

}  // namespace

std::string workspace_readme(const fs::path& root, const task::Task& task, const std::string& steps,
                             Context context) {
  std::string settings;
  for (const auto& setting : task.settings) {
    if (!setting.hidden) settings += fmt::format("- `{}`: {}\n", setting.id, setting.description);
  }
  std::string metrics;
  for (const auto& metric : task.metrics) {
    metrics +=
        fmt::format("- `{}` ({} is better): {}\n", metric.id,
                    metric.direction == task::Direction::lower ? "lower" : "higher", metric.description);
  }
  return fmt::format(
      R"(# {title}

{question}

## What to do

{steps}
The method is C++20, one file of at most 64 KiB. It may include `surface.hpp`, what that includes, Eigen and the standard
library. It runs in a sandbox: no files, no network, no processes, no threads.

Limits of one run: {wall} s, {memory} MiB of memory, and as much CPU time as {factor} times what {reference} needs
on the same machine (never more than {cpu} s). Every setting runs with {seeds} seeds.

## What is measured

{metrics}
Scores are 0 for the worst baseline and 50 for the best; the task's score is the geometric mean over its settings, so a method
that fails in one of them scores 0. Hidden settings, which differ from the visible ones, count too: aim for a method that
transfers.

## Visible settings

{settings}{baselines}
## Files

| file | |
|---|---|
| `method.cpp` | your method: edit this |
| `question.md` | the question, background, what may change |
| `surface.hpp` | the interface, with shapes, units and who calls when |
{shown}| `scaffold.cpp` | the fixed code that drives your method |
| `include/` | headers that `surface.hpp` includes |
| `{marker}` | says which task this is; keep it |
)",
      fmt::arg("steps", steps.empty() ? steps_with_mls(root) : steps), fmt::arg("title", task.title),
      fmt::arg("question", task.question), fmt::arg("wall", task.limits.wall_s),
      fmt::arg("cpu", task.limits.cpu_s), fmt::arg("memory", task.limits.memory_mb),
      fmt::arg("factor", task.limits.cpu_factor),
      fmt::arg("reference", context == Context::none ? std::string("a published method")
                                                     : "the baseline " + task.limits.reference),
      fmt::arg("seeds", task.seeds), fmt::arg("metrics", metrics), fmt::arg("settings", settings),
      fmt::arg("baselines", baselines_text(task, context)), fmt::arg("shown", baseline_files(context)),
      fmt::arg("marker", workspace_marker));
}

WorkspaceFiles workspace_files(const fs::path& root, const task::Task& task, const std::string& steps,
                               Context context) {
  Files files;
  for (const char* name : {method_name, "question.md", "surface.hpp", "scaffold.cpp"})
    files[name] = read_file(task.folder / name);
  add_baselines(files, task, context);
  add_headers(files, root, task);
  files["README.md"] = workspace_readme(root, task, steps, context);
  return files;
}

Workspace start_workspace(const fs::path& root, const task::Task& task, const fs::path& folder,
                          const std::string& steps, Context context) {
  check_empty(folder);
  const WorkspaceFiles files = workspace_files(root, task, steps, context);
  Workspace workspace{folder, task.id, utc_now(), task::task_hash(root, task)};
  Filling filling(fs::absolute(folder).lexically_normal());
  for (const auto& [name, text] : files) filling.write(name, text, name == method_name);
  filling.write(workspace_marker, marker_text(workspace));
  filling.keep();
  return workspace;
}

Workspace open_workspace(const fs::path& folder) {
  const fs::path file = folder / workspace_marker;
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) {
    throw bad_input(fmt::format("{} is not a folder; make a workspace with `mls start TASK {}`",
                                folder.string(), folder.string()));
  }
  if (!fs::exists(fs::symlink_status(file, ignored))) {
    throw bad_input(
        fmt::format("{} is not a workspace ({} is missing); make one with `mls start TASK DIR` and copy "
                    "method.cpp over, or use `mls eval TASK --method {}`",
                    folder.string(), workspace_marker, (folder / "method.cpp").string()));
  }
  const std::string text = read_untrusted_file(file, max_marker_bytes);
  toml::table table;
  try {
    table = toml::parse(text, file.string());
  } catch (const toml::parse_error& error) {
    throw bad_input(
        fmt::format("{}:{}: {}; start a new workspace with `mls start TASK DIR` and copy method.cpp over",
                    file.string(), error.source().begin.line, error.description()));
  }
  const toml::table* marker = table["workspace"].as_table();
  if (marker == nullptr) {
    throw bad_input(fmt::format(
        "{}: the table [workspace] is missing; start a new workspace with `mls start TASK DIR` and "
        "copy method.cpp over",
        file.string()));
  }
  if (const auto format = (*marker)["format"].value<int>(); format != workspace_format) {
    throw bad_input(fmt::format(
        "{}: `format` must be {}; start a new workspace with `mls start TASK DIR` and copy method.cpp "
        "over",
        file.string(), workspace_format));
  }
  return {folder, text_field(*marker, "task", file), text_field(*marker, "created", file),
          text_field(*marker, "task_sha256", file)};
}

fs::path method_file(const Workspace& workspace) { return workspace.folder / method_name; }

void require_method(const Workspace& workspace) {
  std::error_code ignored;
  if (fs::exists(fs::symlink_status(method_file(workspace), ignored))) return;
  throw bad_input(fmt::format("{} is missing; the starting point can be copied from {}",
                              method_file(workspace).string(), (workspace.folder / "baselines").string()));
}

}  // namespace mls::trial
