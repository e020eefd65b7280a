#include "store/index.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/error.hpp"
#include "core/files.hpp"
#include "evaluate/workers.hpp"
#include "store/run_folder.hpp"
#include "store/sqlite.hpp"

namespace mls::store {
namespace {

constexpr const char* schema_version = "1";

constexpr const char* schema = R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE folders(id TEXT PRIMARY KEY, stamp TEXT NOT NULL, kind INTEGER NOT NULL, message TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE submissions(id TEXT PRIMARY KEY, task TEXT NOT NULL, label TEXT NOT NULL, created TEXT NOT NULL,
  method_sha256 TEXT NOT NULL, seal TEXT NOT NULL, standing INTEGER NOT NULL, score REAL, standard_error REAL NOT NULL,
  cpu_s REAL NOT NULL, wall_s REAL NOT NULL, runs INTEGER NOT NULL, failed INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE settings(submission TEXT NOT NULL, position INTEGER NOT NULL, id TEXT NOT NULL, hidden INTEGER NOT NULL,
  score REAL NOT NULL, standard_error REAL NOT NULL, PRIMARY KEY(submission, position)) WITHOUT ROWID;
)sql";

enum FolderKind : std::int64_t { unfinished = 0, finished = 1, faulty = 2 };

/// What is seen of a name below runs/ without opening anything.
struct Sighting {
  std::string stamp;  ///< changes when result.json does
  FolderKind kind = unfinished;
};

Sighting look_at(const std::filesystem::path& path) {
  struct stat folder{};
  if (::lstat(path.c_str(), &folder) != 0 || !S_ISDIR(folder.st_mode)) return {"foreign", faulty};
  struct stat result{};
  if (::lstat((path / "result.json").c_str(), &result) != 0) return {"unfinished", unfinished};
  return {fmt::format("{}.{:09}/{}/{}", result.st_mtim.tv_sec, result.st_mtim.tv_nsec, result.st_size,
                      result.st_ino),
          finished};
}

std::map<std::string, Sighting> folders_on_disk(const std::filesystem::path& home) {
  std::map<std::string, Sighting> found;
  std::error_code failure;
  const std::filesystem::path runs = runs_folder(home);
  for (auto at = std::filesystem::directory_iterator(runs, failure);
       !failure && at != std::filesystem::directory_iterator(); at.increment(failure)) {
    found.emplace(at->path().filename().string(), look_at(at->path()));
  }
  if (failure && failure != std::errc::no_such_file_or_directory) {
    throw infrastructure(fmt::format("cannot list {}: {}", runs.string(), failure.message()));
  }
  return found;
}

void check_complete(const task::Task& task, const evaluate::Evaluation& evaluation) {
  std::set<std::pair<std::string_view, int>> seen;
  for (const auto& run : evaluation.runs) seen.emplace(run.setting, run.seed);
  for (const auto& setting : task.settings) {
    for (int seed = 0; seed < task.seeds; ++seed) {
      if (!seen.contains({setting.id, seed})) {
        throw bad_input(fmt::format("the evaluation lacks setting \"{}\" seed {}", setting.id, seed));
      }
    }
  }
}

void add_score(Entry& entry, const Result& result, const Yardsticks& yardsticks) {
  const Yardstick* yardstick = yardsticks.find(result.task);
  if (yardstick == nullptr) {
    entry.standing = Standing::orphaned;
    return;
  }
  if (yardstick->task_sha256 != result.evaluation.task_sha256) {
    entry.standing = Standing::outdated;
    return;
  }
  check_complete(yardstick->task, result.evaluation);
  // Without anchors under its own seal a result has no score, which score_of sees to.
  if (const Yardstick* own = yardsticks.find(result.task, result.evaluation.seal)) yardstick = own;
  const bool same_seal = yardstick->calibration && yardstick->calibration->seal == result.evaluation.seal;
  const bool current =
      result.score && same_seal && !yardstick->sha256.empty() && result.yardstick_sha256 == yardstick->sha256;
  const auto score = current ? result.score : score_of(*yardstick, result.evaluation).score;
  if (!score) return;
  entry.standing = Standing::scored;
  entry.score = score->score;
  entry.standard_error = score->standard_error;
  for (const auto& setting : score->settings) {
    entry.settings.push_back({setting.id, setting.hidden, setting.score, setting.standard_error});
  }
}

Entry entry_of(const Result& result, const Yardsticks& yardsticks) {
  Entry entry;
  entry.id = result.id;
  entry.task = result.task;
  entry.label = result.label;
  entry.created = result.created;
  entry.method_sha256 = result.evaluation.method_sha256;
  entry.seal = result.evaluation.seal;
  for (const auto& run : result.evaluation.runs) {
    entry.cpu_s += run.cpu_s;
    entry.wall_s += run.wall_s;
    ++entry.runs;
    if (run.status != evaluate::Status::ok) ++entry.failed;
  }
  add_score(entry, result, yardsticks);
  return entry;
}

/// What a folder holds, by its sighting.
struct Reading {
  std::string id;
  Sighting sighting;
  std::string message;         ///< of a faulty one
  std::optional<Entry> entry;  ///< of a finished one
};

void read_folder(const std::filesystem::path& home, const Yardsticks& yardsticks, Reading& reading) {
  if (reading.sighting.kind == faulty) reading.message = "not a run folder; move it elsewhere";
  if (reading.sighting.kind != finished) return;
  try {
    const Result result = load_result(runs_folder(home) / reading.id);
    // Scores of methods that had more room than others stand beside no others.
    if (result.evaluation.capped) reading.entry = entry_of(result, yardsticks);
  } catch (const std::exception& error) {
    reading.sighting.kind = faulty;
    reading.message = error.what();
  }
}

/// Reading and scoring is most of a rebuild, so all cores share it where there is much to read.
void read_folders(const std::filesystem::path& home, const Yardsticks& yardsticks,
                  std::vector<Reading>& readings) {
  constexpr std::size_t share = 64;  // folders at a time: about 10 ms
  const std::size_t shares = (readings.size() + share - 1) / share;
  evaluate::run_jobs(static_cast<int>(shares), shares < 2 ? 1 : 0, {}, [&](int index, int) {
    const std::size_t first = static_cast<std::size_t>(index) * share;
    for (std::size_t i = first; i < std::min(first + share, readings.size()); ++i)
      read_folder(home, yardsticks, readings[i]);
  });
}

/// The open index and the statements that change it.
class Index {
 public:
  explicit Index(const std::filesystem::path& file) : database_(file) {}

  void make(const std::string& fingerprint) {
    database_.run(schema);
    auto put = database_.prepare("INSERT INTO meta VALUES (?, ?)");
    put.bind("schema").bind(schema_version).execute();
    put.bind("fingerprint").bind(fingerprint).execute();
  }

  [[nodiscard]] bool usable(const std::string& fingerprint) {
    const auto value = [&](std::string_view key) {
      auto query = database_.prepare("SELECT value FROM meta WHERE key = ?");
      query.bind(key);
      return query.step() ? query.text(0) : std::string();
    };
    return value("schema") == schema_version && value("fingerprint") == fingerprint;
  }

  /// Makes the index agree with the folders.
  void update(const std::filesystem::path& home, const Yardsticks& yardsticks) {
    const auto on_disk = folders_on_disk(home);
    const auto known = stamps();
    database_.run("BEGIN IMMEDIATE");
    auto forget = database_.prepare("DELETE FROM folders WHERE id = ?");
    auto forget_submission = database_.prepare("DELETE FROM submissions WHERE id = ?");
    auto forget_settings = database_.prepare("DELETE FROM settings WHERE submission = ?");
    for (const auto& [id, stamp] : known) {
      const auto at = on_disk.find(id);
      if (at != on_disk.end() && at->second.stamp == stamp) continue;
      forget.bind(id).execute();
      forget_submission.bind(id).execute();
      forget_settings.bind(id).execute();
    }
    add_new(home, yardsticks, on_disk, known);
    database_.run("COMMIT");
  }

  [[nodiscard]] Snapshot read(const std::filesystem::path& home) {
    Snapshot snapshot;
    read_entries(snapshot);
    auto others = database_.prepare("SELECT id, kind, message FROM folders WHERE kind != 1 ORDER BY id");
    while (others.step()) {
      if (others.integer(1) == unfinished) {
        snapshot.unfinished.push_back(others.text(0));
      } else {
        snapshot.faults.push_back({runs_folder(home) / others.text(0), others.text(2)});
      }
    }
    return snapshot;
  }

 private:
  [[nodiscard]] std::map<std::string, std::string> stamps() {
    std::map<std::string, std::string> known;
    auto query = database_.prepare("SELECT id, stamp FROM folders ORDER BY id");
    while (query.step()) known.emplace_hint(known.end(), query.text(0), query.text(1));
    return known;
  }

  void add_new(const std::filesystem::path& home, const Yardsticks& yardsticks,
               const std::map<std::string, Sighting>& on_disk,
               const std::map<std::string, std::string>& known) {
    auto put_folder = database_.prepare("INSERT INTO folders VALUES (?, ?, ?, ?)");
    auto put_submission = database_.prepare("INSERT INTO submissions VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)");
    auto put_setting = database_.prepare("INSERT INTO settings VALUES (?, ?, ?, ?, ?, ?)");
    std::vector<Reading> readings;
    for (const auto& [id, sighting] : on_disk) {
      const auto at = known.find(id);
      if (at == known.end() || at->second != sighting.stamp)
        readings.push_back({id, sighting, "", std::nullopt});
    }
    read_folders(home, yardsticks, readings);
    for (const auto& [id, sighting, message, entry] : readings) {
      if (entry) put(put_submission, put_setting, *entry);
      put_folder.bind(id).bind(sighting.stamp).bind(std::int64_t{sighting.kind}).bind(message).execute();
    }
  }

  static void put(Statement& submission, Statement& setting, const Entry& entry) {
    submission.bind(entry.id)
        .bind(entry.task)
        .bind(entry.label)
        .bind(entry.created)
        .bind(entry.method_sha256);
    submission.bind(entry.seal)
        .bind(static_cast<int>(entry.standing))
        .bind(entry.score)
        .bind(entry.standard_error);
    submission.bind(entry.cpu_s).bind(entry.wall_s).bind(entry.runs).bind(entry.failed).execute();
    for (std::size_t i = 0; i < entry.settings.size(); ++i) {
      const SettingEntry& one = entry.settings[i];
      setting.bind(entry.id).bind(static_cast<std::int64_t>(i)).bind(one.id).bind(int{one.hidden});
      setting.bind(one.score).bind(one.standard_error).execute();
    }
  }

  void read_entries(Snapshot& snapshot) {
    auto query = database_.prepare("SELECT * FROM submissions ORDER BY id");
    while (query.step()) {
      Entry entry;
      entry.id = query.text(0);
      entry.task = query.text(1);
      entry.label = query.text(2);
      entry.created = query.text(3);
      entry.method_sha256 = query.text(4);
      entry.seal = query.text(5);
      entry.standing = static_cast<Standing>(query.integer(6));
      entry.score = query.maybe_real(7);
      entry.standard_error = query.real(8);
      entry.cpu_s = query.real(9);
      entry.wall_s = query.real(10);
      entry.runs = static_cast<int>(query.integer(11));
      entry.failed = static_cast<int>(query.integer(12));
      snapshot.entries.push_back(std::move(entry));
    }
    auto settings = database_.prepare("SELECT * FROM settings ORDER BY submission, position");
    auto at = snapshot.entries.begin();
    while (settings.step()) {
      const std::string submission = settings.text(0);
      while (at != snapshot.entries.end() && at->id != submission) ++at;
      if (at == snapshot.entries.end()) break;
      at->settings.push_back(
          {settings.text(2), settings.integer(3) != 0, settings.real(4), settings.real(5)});
    }
  }

  Database database_;
};

void remove_database(const std::filesystem::path& file) {
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + suffix, ignored);
}

// A write-ahead log belongs to exactly one database file, so the old one must be gone before the new database
// takes the name.
void replace_database(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code failure;
  for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(to.string() + suffix, failure);
  std::filesystem::rename(from, to, failure);
  if (failure) {
    throw infrastructure(
        fmt::format("cannot put the new index in place of {}: {}; move that away and run `mls reindex`",
                    to.string(), failure.message()));
  }
}

Snapshot rebuild(const std::filesystem::path& home, const Yardsticks& yardsticks) {
  const std::filesystem::path fresh = home / "index.rebuild.sqlite";
  remove_database(fresh);
  try {
    Snapshot snapshot;
    {
      Index index(fresh);
      index.make(yardsticks.fingerprint());
      index.update(home, yardsticks);
      snapshot = index.read(home);
    }
    replace_database(fresh, index_file(home));
    snapshot.rebuilt = true;
    return snapshot;
  } catch (const DatabaseError& error) {
    remove_database(fresh);
    throw infrastructure(fmt::format("cannot write the index in {}: {}{}", home.string(), error.what(),
                                     error.disk_full() ? "; free some disk space" : ""));
  }
}

/// Nothing when the index is missing, made for other calibrations, damaged or no index at all.
std::optional<Snapshot> from_index(const std::filesystem::path& home, const Yardsticks& yardsticks) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(index_file(home), ignored)) return std::nullopt;
  try {
    Index index(index_file(home));
    if (!index.usable(yardsticks.fingerprint())) return std::nullopt;
    index.update(home, yardsticks);
    return index.read(home);
  } catch (const DatabaseError&) {
    return std::nullopt;
  }
}

}  // namespace

std::string_view name_of(Standing standing) {
  switch (standing) {
    case Standing::scored:
      return "scored";
    case Standing::unscored:
      return "unscored";
    case Standing::outdated:
      return "outdated";
    case Standing::orphaned:
      return "orphaned";
  }
  return "unscored";
}

std::filesystem::path index_file(const std::filesystem::path& home) { return home / "index.sqlite"; }

Snapshot snapshot(const std::filesystem::path& home, const Yardsticks& yardsticks) {
  const FileLock lock(home / "index.lock");
  auto current = from_index(home, yardsticks);
  return current ? *std::move(current) : rebuild(home, yardsticks);
}

Snapshot reindex(const std::filesystem::path& home, const Yardsticks& yardsticks) {
  const FileLock lock(home / "index.lock");
  return rebuild(home, yardsticks);
}

}  // namespace mls::store
