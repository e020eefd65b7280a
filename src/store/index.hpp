// The index over all run folders: a SQLite file that may be lost at any time, because the folders are the
// truth.
//
// Theory of operation: whoever uses the index holds an advisory lock. snapshot() lists the run folders,
// compares each with what the index remembers of it (time, size and inode of its result.json) and re-reads
// only what is new or changed. An index that is missing, damaged, of another format, or scored by other
// calibrations is built anew in a second file that then takes its place in one rename.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "score/statistics.hpp"
#include "store/scoring.hpp"

namespace mls::store {

enum class Standing {
  scored,
  unscored,  ///< the task has no usable calibration yet
  outdated,  ///< evaluated on another version of its task: no longer comparable
  orphaned,  ///< its task is not in the catalogue
};
[[nodiscard]] std::string_view name_of(Standing standing);

struct SettingEntry {
  std::string id;
  bool hidden = false;
  double score = 0;  ///< 0 ... 1
  double standard_error = 0;
};

/// One finished submission, as the leaderboard needs it.
struct Entry {
  std::string id;  ///< folder name; sorts by time
  std::string task;
  std::string label;
  std::string created;
  std::string method_sha256;
  std::string seal;
  Standing standing = Standing::unscored;
  std::optional<double> score;  ///< 0 ... 1, by the present calibration
  double standard_error = 0;
  std::vector<SettingEntry> settings;  ///< of the score, in task order
  double cpu_s = 0;                    ///< all runs together
  double wall_s = 0;
  int runs = 0;
  int failed = 0;
  /// Of the trial that made it: score of its first test's method. The index does not know it
  /// (trial::add_vanilla does).
  std::optional<score::Estimate> vanilla;
};

/// Something below runs/ that is not a readable run folder. It is left alone.
struct Unreadable {
  std::filesystem::path path;
  std::string message;
};

struct Snapshot {
  std::vector<Entry> entries;           ///< by id, so oldest first
  std::vector<std::string> unfinished;  ///< folders without result.json: interrupted, or running now
  std::vector<Unreadable> faults;
  bool rebuilt = false;
};

[[nodiscard]] std::filesystem::path index_file(const std::filesystem::path& home);

/// The present state of the store; repairs the index on the way. Throws infrastructure when even a new index
/// cannot be written.
[[nodiscard]] Snapshot snapshot(const std::filesystem::path& home, const Yardsticks& yardsticks);

/// Builds the index from nothing, whatever its state.
[[nodiscard]] Snapshot reindex(const std::filesystem::path& home, const Yardsticks& yardsticks);

}  // namespace mls::store
