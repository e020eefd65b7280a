// calibration.json: what every baseline reached, and the anchors that follow. Written by `mls calibrate`
// alone. The file beside task.toml holds what was measured under the public seal key. Format:
// docs/calibration-format.md.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "score/score.hpp"
#include "task/task.hpp"

namespace mls::score {

/// Raw metrics of one run by name.
using Metrics = std::map<std::string, double>;

struct SeedRun {
  int seed = 0;
  Metrics metrics;
  double cpu_s = 0;  ///< of the host
  bool operator==(const SeedRun&) const = default;
};

struct BaselineRecord {
  std::string id;
  std::string method_sha256;
  std::map<std::string, std::vector<SeedRun>> settings;  ///< by setting id; seeds ascending
  bool operator==(const BaselineRecord&) const = default;
};

struct TermAnchors {
  std::string metric;
  Anchors anchors;
  std::string floor_baseline;
  std::string reference_baseline;
  bool operator==(const TermAnchors&) const = default;
};

struct Calibration {
  std::string task;
  std::string task_sha256;                                  ///< task::task_hash when it was measured
  std::string seal;                                         ///< public id of the seal key
  std::map<std::string, std::string> versions;              ///< compiler, libraries, CPU class
  std::vector<BaselineRecord> baselines;                    ///< in task.toml order
  std::map<std::string, std::vector<TermAnchors>> anchors;  ///< by setting, terms in task.toml order
  bool operator==(const Calibration&) const = default;
};

/// Anchors from the raw values: floor and reference are the worst and best baseline mean (over seeds) of the
/// transformed metric, the first in order where several are equal. Throws bad_input when a record lacks a
/// setting, seed or metric or holds a value that is not finite, when no two baselines differ, or when a bound
/// is not beyond the reference.
[[nodiscard]] std::map<std::string, std::vector<TermAnchors>> anchors_of(
    const task::Task& task, const std::vector<BaselineRecord>& baselines);

/// The content of calibration.json; CPU seconds are rounded to two digits.
[[nodiscard]] Json to_json(const Calibration& calibration);
/// The exact bytes of calibration.json.
[[nodiscard]] std::string to_text(const Calibration& calibration);
/// Inverse of to_text, for any bytes: gives a calibration of `task` or throws bad_input naming `file` and the
/// field: malformed, missing or unknown baseline/setting/seed/metric/key, not finite, for another task,
/// anchors that do not follow from the raw values, or bytes that to_text would not write (edited by hand). A
/// setting's metrics must be declared by the task and include those of its terms and expectations.
[[nodiscard]] Calibration parse_calibration(const task::Task& task, std::string_view text,
                                            const std::string& file);

/// parse_calibration of folder/calibration.json, or of `file`. Throws bad_input when there is none.
[[nodiscard]] Calibration load_calibration(const task::Task& task);
[[nodiscard]] Calibration load_calibration(const task::Task& task, const std::filesystem::path& file);
/// Writes folder/calibration.json, or `file`, atomically. Throws as parse_calibration, and then leaves the
/// old file, for a calibration that could not be read again.
void save_calibration(const task::Task& task, const Calibration& calibration);
void save_calibration(const task::Task& task, const Calibration& calibration,
                      const std::filesystem::path& file);

/// What calibrations are measured from, as it is now.
struct Present {
  std::string task_sha256;
  std::string seal;
  std::map<std::string, std::string> method_sha256;  ///< by baseline id
};
/// One line for each part that was measured from something else; empty when the calibration is up to date.
/// The loader does not ask, so that a task can be tried while it is being edited; whoever records a score
/// must.
[[nodiscard]] std::vector<std::string> stale_parts(const Calibration& calibration, const Present& present);

/// Score of one method on one task.
struct SettingScore {
  std::string id;
  bool hidden = false;
  double score = 0;
  double standard_error = 0;  ///< bootstrap over seeds; 0 for one seed
  std::vector<double> terms;  ///< by term
};
struct TaskScore {
  double score = 0;           ///< geometric mean over the given settings
  double standard_error = 0;  ///< bootstrap over seeds, settings resampled independently
  std::vector<SettingScore> settings;
};
/// By setting id, the metrics of each seed.
using Runs = std::map<std::string, std::vector<Metrics>>;

/// `runs[setting]` holds the metrics of each seed; a failed run is an empty Metrics and zeroes its setting,
/// as does a run that lacks a term's metric or has it not finite. Settings of the task that are absent from
/// `runs` are left out (visible-only scoring). Deterministic. Throws bad_input for a setting the task does
/// not have. For many methods on one task make a Scorer (score/scorer.hpp) once.
[[nodiscard]] TaskScore score_runs(const task::Task& task, const Calibration& calibration, const Runs& runs);

/// Scores of every baseline, in calibration order; human SOTA is the largest.
struct BaselineScore {
  std::string id;
  TaskScore score;
};
[[nodiscard]] std::vector<BaselineScore> baseline_scores(const task::Task& task,
                                                         const Calibration& calibration, bool visible_only);

}  // namespace mls::score
