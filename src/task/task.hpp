// What a task is: the strict model of task.toml (format: docs/task-format.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace mls::task {

struct Pack;  // packs.hpp

enum class Direction { lower, higher };
/// Applied to the raw metric before anything else; see score/score.hpp.
enum class Transform { identity, log, log1m };

struct Metric {
  std::string id;
  Direction direction = Direction::lower;
  std::string description;
  std::optional<double> chance;  ///< raw values worse than a guess count as a guess
  bool timed = false;            ///< measured by a clock: not the same bits in two runs
};

/// One summand of a setting's score.
struct Term {
  std::string metric;
  double weight = 1;  ///< > 0; weights of a setting are normalised to sum to one
  Transform transform = Transform::identity;
  std::optional<double> bound;  ///< raw value of the attainable limit; absent = unbounded score
};

/// Limits of the host process in one run.
struct Limits {
  double wall_s = 20;
  double cpu_s = 10;  ///< whatever the machine
  std::int64_t memory_mb = 1024;
  double cpu_factor =
      10;  ///< CPU time in units of what `reference` needs in the same setting on the same machine
  std::string reference = {};  ///< id of a baseline; never empty in a loaded task. Empty: cpu_s alone holds
};

struct Setting {
  std::string id;
  bool hidden = false;
  std::string axis;  ///< along what it differs from the first setting
  std::string description;
  nlohmann::json params;                       ///< object handed to the judge
  std::vector<Term> terms;                     ///< at least one
  std::optional<std::int64_t> memory_mb = {};  ///< of the host in this setting, where the task's is too much
};

struct Baseline {
  std::string id;
  std::string title;
  std::string source;  ///< authors and year
  bool start = false;  ///< its source is method.cpp itself; exactly one baseline has it
};

/// A published fact to reproduce: on seed means of `metric` in `setting`, `better` beats `than`.
struct Expectation {
  std::string setting;
  std::string metric;
  std::string better;
  std::string than;
  std::string source;
};

struct Reference {
  std::string cite;
  int year = 0;
};

struct Task {
  std::filesystem::path folder;
  std::string id;
  std::string area;
  std::string title;
  std::string question;
  std::string protocol;
  std::string tier;  ///< "S" | "M" | "L"
  bool lite = false;
  std::string runtime = "plain";   ///< "plain" | "torch": what its hosts are linked with
  int seeds = 1;                   ///< seeds 0 ... seeds - 1 of every setting
  std::vector<std::string> packs;  ///< data packs its judge reads
  Limits limits;
  std::vector<Metric> metrics;
  std::vector<Setting> settings;
  std::vector<Baseline> baselines;
  std::vector<Expectation> expectations;
  std::vector<Reference> references;

  [[nodiscard]] const Metric& metric(std::string_view id) const;      ///< throws bad_input when unknown
  [[nodiscard]] const Setting& setting(std::string_view id) const;    ///< throws bad_input when unknown
  [[nodiscard]] const Baseline& baseline(std::string_view id) const;  ///< throws bad_input when unknown
  /// Source file of a baseline: folder/method.cpp for the start, else folder/baselines/<id>.cpp.
  [[nodiscard]] std::filesystem::path source_of(const Baseline& baseline) const;
  /// Of a host: the task's limit, or the setting's where that is lower.
  [[nodiscard]] std::int64_t memory_mb(const Setting& setting) const;
};

/// Parses and checks one task folder. Throws bad_input with file, line, what was found and what to write
/// instead: unknown key, wrong type, missing key or file, duplicate id, value out of range, unknown
/// area/protocol/metric/setting, task folder name != id, area folder name != area, fewer than three baselines
/// or settings, no hidden setting, ... With a `registry`, packs that it does not hold are refused too.
[[nodiscard]] Task load(const std::filesystem::path& folder, const std::vector<Pack>* registry = nullptr);

/// The seven protocols (docs/task-format.md).
[[nodiscard]] const std::vector<std::string>& protocols();

/// The twelve areas in their published order.
struct Area {
  std::string_view id;            ///< folder name, e.g. "language-models"
  std::string_view abbreviation;  ///< "LM"
  std::string_view title;         ///< "Language Models"
};
[[nodiscard]] const std::vector<Area>& areas();

/// Every task below `root`/tasks, in area order, then by id. Throws as `load`, on an id used twice, a folder
/// that is no area, and a pack that packs/registry.toml does not hold.
[[nodiscard]] std::vector<Task> catalogue(const std::filesystem::path& root);

/// The task with this id, loaded alone: a broken neighbour does no harm. The error lists the nearest known
/// ids.
[[nodiscard]] Task find(const std::filesystem::path& root, std::string_view id);

}  // namespace mls::task
