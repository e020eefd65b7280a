// The one path by which anything is ever scored: baselines, agents, queues and exports all call evaluate().
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "score/calibration.hpp"
#include "task/task.hpp"

namespace mls::evaluate {

class Cores;  // workers.hpp

enum class Status {
  ok,
  compile_error,
  rejected,  ///< the submission is not UTF-8 text of at most 64 KiB, or reaches outside its surface
  timeout,
  crash,
  oom,
  protocol_violation,
  invalid_output,
  infrastructure,  ///< our fault, never the method's; may be retried
};
[[nodiscard]] std::string_view name_of(Status status);  ///< as in the JSON contract: "compile_error"
[[nodiscard]] std::optional<Status> status_named(std::string_view name);

inline constexpr std::size_t max_method_bytes = std::size_t{64} * 1024;

/// The content of the edit surface's one file.
struct Method {
  std::string source;
  std::string sha256;
  std::string rejection;  ///< empty when acceptable, else why it is rejected
};
/// Reads a method without following links; what is unacceptable about its *content* becomes `rejection`, a
/// missing or unreadable path throws bad_input.
[[nodiscard]] Method load_method(const std::filesystem::path& path);
[[nodiscard]] Method method_from_source(std::string source);

/// Where this process finds and keeps things.
struct Places {
  std::filesystem::path root;   ///< repository
  std::filesystem::path home;   ///< user data
  std::filesystem::path build;  ///< bin/ and judges/
};
[[nodiscard]] Places default_places();

/// Key from which all draws derive. The default one is public; its results are reproducible by anyone.
struct SealKey {
  std::string bytes;
  std::string
      id;  ///< public: the first 16 hexadecimal digits of a hash of the key; "public" for the default key
};
[[nodiscard]] SealKey public_seal();
[[nodiscard]] SealKey load_seal(const std::filesystem::path& file);

struct RunRecord {
  std::string setting;
  int seed = 0;
  Status status = Status::infrastructure;
  score::Metrics metrics;  ///< empty unless ok
  double wall_s = 0;
  double cpu_s = 0;        ///< of the host
  double judge_cpu_s = 0;  ///< of the judge; 0 in records of before it was measured
  double rss_mb = 0;       ///< peak, of the host
  std::string message;
  bool cached = false;  ///< taken from an earlier evaluation of exactly the same inputs
  /// The host ended by SIGKILL within its limits, which it cannot send itself: tried again once, never kept.
  bool doubtful = false;
};

struct Evaluation {
  std::string task;
  std::string task_sha256;
  std::string method_sha256;
  std::string seal;
  std::map<std::string, std::string> versions;
  std::vector<RunRecord> runs;  ///< settings in task order, seeds ascending
  /// By setting, the CPU seconds that each of its runs might use (cpu_budget.hpp); absent where every run
  /// came from the cache.
  std::map<std::string, double> cpu_budget_s = {};
  /// False: caps on what components and carried models hold were not enforced, so that its scores are
  /// comparable with no others.
  bool capped = true;

  /// Metrics by setting and seed as score::score_runs wants them; a failed run is empty.
  [[nodiscard]] std::map<std::string, std::vector<score::Metrics>> by_setting() const;
  [[nodiscard]] bool any(Status status) const;
};
[[nodiscard]] Json to_json(const Evaluation& evaluation);
[[nodiscard]] Evaluation evaluation_from_json(const Json& json);  ///< throws bad_input naming the field

struct Progress {
  enum class Stage { fetching, compiling, preparing, measuring, running } stage = Stage::running;
  std::string text;  ///< "logistic-mid seed 2"
  int done = 0;
  int total = 0;
  const RunRecord* finished = nullptr;  ///< set when a run has just ended
};
using ProgressSink = std::function<void(const Progress&)>;  ///< called from one thread at a time

struct Options {
  bool visible_only = false;
  std::vector<std::string> settings;  ///< when not empty, only these
  int max_seeds = 0;                  ///< 0 = all
  int jobs = 0;                       ///< 0 = one per core
  bool fresh = false;                 ///< ignore cached results (they are replaced)
  double compile_cpu_s = 40;          ///< of the method's own compilation and of its link, each
  SealKey seal = public_seal();
  /// Tests are made on other draws of the same settings than scores: what a method tells of its inputs while
  /// it is tested (by its metrics, by the text it fails with) is worth nothing to the submission that
  /// follows.
  bool rehearsal = false;
  /// Whether judges enforce caps on what a component or a carried model may hold (judge/capacity.hpp).
  bool capped = true;
  /// Where runs and compilations get their cores from when others evaluate at the same time; null: they are
  /// its own.
  Cores* cores = nullptr;
  std::stop_token
      stop;  ///< when requested, running runs are killed and Interrupted is thrown; finished ones are kept
};

class Interrupted : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override {
    return "interrupted; finished runs are kept, run again to go on";
  }
};

/// Rebuilds the host from the method's bytes and the installed benchmark, runs settings x seeds, never throws
/// for anything a method does. A method that does not compile has every run marked compile_error. Runs that
/// fail through a fault of ours, or whose host was killed perhaps from outside, are tried once more. What the
/// task's reference baseline needs on this machine is measured first where it is not known yet; throws
/// infrastructure when it fails.
[[nodiscard]] Evaluation evaluate(const Places& places, const task::Task& task, const Method& method,
                                  const Options& options, const ProgressSink& progress);

/// Every baseline through evaluate(), then anchors. Throws bad_input when a baseline fails.
[[nodiscard]] score::Calibration calibrate(const Places& places, const task::Task& task,
                                           const Options& options, const ProgressSink& progress);

/// Builds (or finds in the cache) what the judge needs for the given settings and seeds, and the task's data
/// packs.
void prepare(const Places& places, const task::Task& task, const Options& options,
             const ProgressSink& progress);

}  // namespace mls::evaluate
