#include "trial/vanilla.hpp"

#include <fmt/format.h>

#include <map>

#include "core/error.hpp"
#include "core/files.hpp"
#include "trial/trial_log.hpp"

namespace mls::trial {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_vanilla_bytes = std::size_t{16} << 20;

void add_one(const fs::path& folder, const store::Yardsticks& yardsticks,
             const std::map<std::string, store::Entry*>& entries) {
  const auto end = trial_end_in(folder);
  if (!end) return;
  const auto entry = entries.find(end->run);
  if (entry == entries.end() || !entry->second->score) return;
  const store::Yardstick* yardstick = yardsticks.find(entry->second->task, entry->second->seal);
  if (yardstick == nullptr) return;
  if (const auto score = vanilla_score(*yardstick, folder))
    entry->second->vanilla = score::Estimate{score->score, score->standard_error};
}

}  // namespace

std::optional<score::TaskScore> vanilla_score(const store::Yardstick& yardstick,
                                              const fs::path& trial_folder) {
  const fs::path file = trial_folder / "vanilla.json";
  try {
    const Json json = parse_json(read_untrusted_file(file, max_vanilla_bytes));
    return store::score_of(yardstick, evaluate::evaluation_from_json(json.at("evaluation"))).score;
  } catch (const std::exception& error) {
    throw bad_input(
        fmt::format("{}: {}; delete the folder to begin this trial anew", file.string(), error.what()));
  }
}

void add_vanilla(const fs::path& home, const store::Yardsticks& yardsticks, store::Snapshot& snapshot) {
  std::map<std::string, store::Entry*> entries;
  for (store::Entry& entry : snapshot.entries) entries[entry.id] = &entry;
  std::error_code absent;
  for (const auto& folder : fs::directory_iterator(trials_folder(home), absent)) {
    if (!fs::exists(folder.path() / "trial.json", absent)) continue;
    try {
      add_one(folder.path(), yardsticks, entries);
    } catch (const Error& error) {
      snapshot.faults.push_back({folder.path(), error.what()});
    }
  }
}

}  // namespace mls::trial
