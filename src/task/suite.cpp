#include "task/suite.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/error.hpp"
#include "task/nearest.hpp"
#include "task/strict_toml.hpp"

namespace mls::task {
namespace {

namespace fs = std::filesystem;

constexpr const char* lite = "lite";

fs::path suites_folder(const fs::path& root) { return root / "suites"; }

/// Of the files in suites/.
std::vector<std::string> suite_names(const fs::path& root) {
  std::vector<std::string> names;
  std::error_code absent;
  for (const auto& entry : fs::directory_iterator(suites_folder(root), absent)) {
    if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> ids_of(const std::vector<Task>& tasks) {
  std::vector<std::string> ids;
  ids.reserve(tasks.size());
  for (const Task& task : tasks) ids.push_back(task.id);
  return ids;
}

const Task* with_id(const std::vector<Task>& tasks, const std::string& id) {
  const auto at = std::ranges::find(tasks, id, &Task::id);
  return at == tasks.end() ? nullptr : &*at;
}

Error no_such_task(const TomlFields& entry, const std::string& id, const std::vector<Task>& all) {
  if (all.empty()) return entry.error("id", fmt::format("there is no task '{}': the catalogue is empty", id));
  return entry.error("id", fmt::format("there is no task '{}'; did you mean '{}'? (`mls tasks` lists all)",
                                       id, nearest(id, ids_of(all)).front()));
}

void check_lite(const fs::path& file, const std::vector<TomlFields>& entries, const Suite& suite,
                const std::vector<Task>& all) {
  for (std::size_t i = 0; i < suite.tasks.size(); ++i) {
    if (suite.tasks[i].lite) continue;
    throw entries[i].error(
        "id", fmt::format("'{}' is listed here, but {} says lite = false; let both agree", suite.tasks[i].id,
                          (suite.tasks[i].folder / "task.toml").string()));
  }
  for (const Task& task : all) {
    if (!task.lite || with_id(suite.tasks, task.id) != nullptr) continue;
    throw bad_input(fmt::format("{}: '{}' is not listed, but {} says lite = true; let both agree",
                                file.string(), task.id, (task.folder / "task.toml").string()));
  }
}

Suite area_suite(const fs::path& root, const Area& area) {
  Suite suite{std::string(area.id), catalogue(root)};
  std::erase_if(suite.tasks, [&](const Task& task) { return task.area != area.id; });
  if (suite.tasks.empty()) throw bad_input(fmt::format("there is no task in the area \"{}\" yet", area.id));
  return suite;
}

bool is_task(const fs::path& root, const std::string& name) {
  const auto holds = [&](const Area& area) { return fs::is_directory(root / "tasks" / area.id / name); };
  return !name.empty() && name.find_first_of("/.") == std::string::npos &&
         std::ranges::any_of(areas(), holds);
}

Error no_such_suite(const fs::path& root, const std::string& name) {
  std::vector<std::string> known = suite_names(root);
  known.emplace_back("all");
  for (const Area& area : areas()) known.emplace_back(area.id);
  for (const Task& task : catalogue(root)) known.push_back(task.id);
  return usage_error(fmt::format(
      "there is no suite \"{}\"; did you mean \"{}\"? A suite is \"all\", the name of a file in {}, a file "
      "of your own that ends in .toml, an area or a task",
      name, nearest(name, known).front(), suites_folder(root).string()));
}

}  // namespace

Suite load_suite(const fs::path& root, const fs::path& file) {
  const TomlDocument document = read_toml(file, "docs/suites.md");
  const TomlFields fields(document, {"suite", "task"});
  (void)fields.table("suite", {"title"}).text("title");
  const std::vector<TomlFields> entries = fields.tables("task", {"id"});
  if (entries.empty()) throw fields.error("task", "the suite names no task; add [[task]] with id = \"...\"");
  TomlFields::require_unique(entries, "id");
  const std::vector<Task> all = catalogue(root);
  Suite suite{file.stem().string(), {}};
  for (const TomlFields& entry : entries) {
    const std::string id = entry.id("id");
    const Task* task = with_id(all, id);
    if (task == nullptr) throw no_such_task(entry, id, all);
    suite.tasks.push_back(*task);
  }
  if (file == suites_folder(root) / (std::string(lite) + ".toml")) check_lite(file, entries, suite, all);
  return suite;
}

Suite suite_named(const fs::path& root, const std::string& name) {
  if (name == "all") {
    Suite suite{name, catalogue(root)};
    if (suite.tasks.empty())
      throw bad_input(fmt::format("there is no task below {}", (root / "tasks").string()));
    return suite;
  }
  if (name.ends_with(".toml")) {
    if (!fs::exists(name))
      throw bad_input(
          fmt::format("there is no file {}; name one that lists tasks as docs/suites.md shows, or one of "
                      "those that are there: all, {}",
                      name, fmt::join(suite_names(root), ", ")));
    return load_suite(root, name);
  }
  const std::vector<std::string> files = suite_names(root);
  if (std::ranges::find(files, name) != files.end())
    return load_suite(root, suites_folder(root) / (name + ".toml"));
  for (const Area& area : areas()) {
    if (area.id == name || area.abbreviation == name) return area_suite(root, area);
  }
  if (is_task(root, name)) return {name, {find(root, name)}};
  throw no_such_suite(root, name);
}

}  // namespace mls::task
