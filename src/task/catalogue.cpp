// The catalogue: every task folder of the repository, by area.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "core/error.hpp"
#include "task/nearest.hpp"
#include "task/packs.hpp"
#include "task/task.hpp"

namespace mls::task {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> folders_in(const fs::path& parent) {
  std::vector<fs::path> result;
  if (!fs::is_directory(parent)) return result;
  for (const auto& entry : fs::directory_iterator(parent)) {
    if (entry.is_directory() && !entry.path().filename().string().starts_with('.'))
      result.push_back(entry.path());
  }
  std::sort(result.begin(), result.end());
  return result;
}

void refuse_unknown_areas(const fs::path& tasks) {
  std::vector<std::string> known;
  for (const Area& area : areas()) known.emplace_back(area.id);
  for (const fs::path& folder : folders_in(tasks)) {
    const std::string name = folder.filename().string();
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw bad_input(fmt::format("{}: no area '{}'; did you mean '{}'? rename the folder to one of: {}",
                                folder.string(), name, nearest(name, known).front(), fmt::join(known, ", ")));
  }
}

/// Task folders in area order, then by id.
std::vector<fs::path> task_folders(const fs::path& root) {
  std::vector<fs::path> result;
  for (const Area& area : areas()) {
    for (fs::path& folder : folders_in(root / "tasks" / area.id)) result.push_back(std::move(folder));
  }
  return result;
}

void refuse_duplicates(const std::vector<fs::path>& folders) {
  std::map<std::string, fs::path> seen;
  for (const fs::path& folder : folders) {
    const auto [other, fresh] = seen.emplace(folder.filename().string(), folder);
    if (!fresh) {
      throw bad_input(fmt::format("{}: the id '{}' is used before, in {}; rename one", folder.string(),
                                  other->first, other->second.string()));
    }
  }
}

}  // namespace

const std::vector<Area>& areas() {
  static const std::vector<Area> all = {
      {"language-models", "LM", "Language Models"},
      {"robotics", "Rob", "Robotics"},
      {"vision-and-generation", "V&G", "Vision & Generation"},
      {"reinforcement-learning", "RL", "Reinforcement Learning"},
      {"ml-systems", "Sys", "ML Systems & Efficient ML"},
      {"ai-for-science", "Sci", "AI for Science"},
      {"optimization-and-theory", "Opt", "Optimization & Theory"},
      {"classical-and-adaptive-learning", "CAL", "Classical & Adaptive Learning"},
      {"deep-learning", "DL", "Deep Learning"},
      {"time-series", "TS", "Time Series & Forecasting"},
      {"structured-and-causal-reasoning", "SCR", "Structured & Causal Reasoning"},
      {"trustworthy-learning", "TL", "Trustworthy Learning"},
  };
  return all;
}

std::vector<Task> catalogue(const fs::path& root) {
  refuse_unknown_areas(root / "tasks");
  const std::vector<fs::path> folders = task_folders(root);
  refuse_duplicates(folders);
  const std::vector<Pack> registry = pack_registry(root);
  std::vector<Task> tasks;
  tasks.reserve(folders.size());
  for (const fs::path& folder : folders) tasks.push_back(load(folder, &registry));
  return tasks;
}

Task find(const fs::path& root, std::string_view id) {
  const std::vector<fs::path> folders = task_folders(root);
  std::vector<fs::path> matching;
  std::vector<std::string> known;
  for (const fs::path& folder : folders) {
    known.push_back(folder.filename().string());
    if (known.back() == id) matching.push_back(folder);
  }
  if (matching.empty()) {
    throw bad_input(fmt::format("no task '{}'; nearest: {} (`mls tasks` lists all)", id,
                                known.empty() ? "none, there are no tasks"
                                              : fmt::format("{}", fmt::join(nearest(id, known, 3), ", "))));
  }
  refuse_duplicates(matching);
  const std::vector<Pack> registry = pack_registry(root);
  return load(matching.front(), &registry);
}

}  // namespace mls::task
