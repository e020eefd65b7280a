#include "task/derivations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "core/error.hpp"
#include "core/files.hpp"
#include "task/nearest.hpp"

namespace mls::task {
namespace {

constexpr std::size_t max_bytes = std::size_t{64} << 10;

std::vector<std::string> ids_of(const Task& task) {
  std::vector<std::string> ids;
  ids.reserve(task.baselines.size());
  for (const Baseline& baseline : task.baselines) ids.push_back(baseline.id);
  return ids;
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \n\r\t");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \n\r\t") + 1 - first);
}

}  // namespace

std::filesystem::path derivations_file(const Task& task) { return task.folder / "derivations.md"; }

std::map<std::string, std::string> derivations_of(const Task& task) {
  const std::filesystem::path file = derivations_file(task);
  if (!std::filesystem::exists(file)) {
    throw bad_input(fmt::format(
        "{}: there are no derivations of the baselines to show; write {} with one section a baseline "
        "(docs/task-format.md)",
        task.id, file.string()));
  }
  const std::vector<std::string> ids = ids_of(task);
  std::map<std::string, std::string> sections;
  std::string* section = nullptr;
  std::istringstream lines(read_file(file, max_bytes));
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (!line.starts_with("## ")) {
      if (section != nullptr) *section += line + "\n";
      continue;
    }
    const std::string id = trimmed(line.substr(3));
    if (std::ranges::find(ids, id) == ids.end()) {
      throw bad_input(fmt::format("{}:{}: \"{}\" is no baseline of {}; did you mean \"{}\"?", file.string(),
                                  number, id, task.id, nearest(id, ids).front()));
    }
    const auto [at, fresh] = sections.emplace(id, "");
    if (!fresh) throw bad_input(fmt::format("{}:{}: a second section \"{}\"", file.string(), number, id));
    section = &at->second;
  }
  for (const std::string& id : ids) {
    sections[id] = trimmed(sections[id]);
    if (sections[id].empty())
      throw bad_input(
          fmt::format("{}: the baseline {} has no text; write a section \"## {}\"", file.string(), id, id));
  }
  return sections;
}

}  // namespace mls::task
