// calibration.json: what every baseline reached, and the anchors that follow. Written by `mls calibrate` alone.
// Format: docs/calibration-format.md.
#pragma once

#include <filesystem>
#include <map>
#include <string>
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
};

struct BaselineRecord {
  std::string id;
  std::string method_sha256;
  std::map<std::string, std::vector<SeedRun>> settings;  ///< by setting id; seeds ascending
};

struct TermAnchors {
  std::string metric;
  Anchors anchors;
  std::string floor_baseline;
  std::string reference_baseline;
};

struct Calibration {
  std::string task;
  std::string task_sha256;  ///< task::task_hash when it was measured
  std::string seal;         ///< public id of the seal key
  std::map<std::string, std::string> versions;  ///< compiler, libraries, CPU class
  std::vector<BaselineRecord> baselines;         ///< in task.toml order
  std::map<std::string, std::vector<TermAnchors>> anchors;  ///< by setting, terms in task.toml order
};

/// Anchors from the raw values: floor and reference are the worst and best baseline mean (over seeds) of the transformed
/// metric. Throws bad_input when two baselines do not differ at all or a bound is not beyond the reference.
[[nodiscard]] std::map<std::string, std::vector<TermAnchors>> anchors_of(const task::Task& task,
                                                                         const std::vector<BaselineRecord>& baselines);

[[nodiscard]] Json to_json(const Calibration& calibration);
/// Reads folder/calibration.json. Throws bad_input naming file and field: malformed, missing baseline/setting/seed/metric,
/// not finite, for another task, or anchors that do not follow from the raw values (edited by hand).
[[nodiscard]] Calibration load_calibration(const task::Task& task);
void save_calibration(const task::Task& task, const Calibration& calibration);

/// Score of one method on one task.
struct SettingScore {
  std::string id;
  bool hidden = false;
  double score = 0;
  double standard_error = 0;      ///< bootstrap over seeds
  std::vector<double> terms;      ///< by term
};
struct TaskScore {
  double score = 0;           ///< geometric mean over the given settings
  double standard_error = 0;  ///< bootstrap over seeds, settings resampled independently
  std::vector<SettingScore> settings;
};
/// `runs[setting]` holds the metrics of each seed; a failed run is an empty Metrics and zeroes its setting. Settings of
/// the task that are absent from `runs` are left out (visible-only scoring). Deterministic.
[[nodiscard]] TaskScore score_runs(const task::Task& task, const Calibration& calibration,
                                   const std::map<std::string, std::vector<Metrics>>& runs);

/// Scores of every baseline, in calibration order; human SOTA is the largest.
struct BaselineScore {
  std::string id;
  TaskScore score;
};
[[nodiscard]] std::vector<BaselineScore> baseline_scores(const task::Task& task, const Calibration& calibration,
                                                         bool visible_only);

}  // namespace mls::score
