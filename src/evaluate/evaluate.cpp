#include "evaluate/evaluate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <utility>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/hash.hpp"
#include "core/text.hpp"
#include "evaluate/cpu_budget.hpp"
#include "evaluate/result_cache.hpp"
#include "evaluate/runner.hpp"
#include "evaluate/toolchain.hpp"
#include "evaluate/torch.hpp"
#include "evaluate/workers.hpp"
#include "task/packs.hpp"
#include "task/sources.hpp"

namespace mls::evaluate {
namespace {

// Enough for 20 compile errors.
constexpr std::size_t max_message_bytes = std::size_t{16} * 1024;

/// Serialises progress reports of all threads.
class Reporter {
 public:
  Reporter(const ProgressSink& sink, int total) : sink_(sink), total_(total) {}

  void say(Progress::Stage stage, const std::string& text) { report({stage, text, done_, total_, nullptr}); }

  void finished(const RunRecord& record) {
    const std::scoped_lock lock(mutex_);
    ++done_;
    if (sink_)
      sink_({Progress::Stage::running, fmt::format("{} seed {}", record.setting, record.seed), done_, total_,
             &record});
  }

  void step_done(Progress::Stage stage, const std::string& text) {
    const std::scoped_lock lock(mutex_);
    ++done_;
    if (sink_) sink_({stage, text, done_, total_, nullptr});
  }

 private:
  void report(const Progress& progress) {
    const std::scoped_lock lock(mutex_);
    if (sink_) sink_(progress);
  }

  const ProgressSink& sink_;
  int total_;
  int done_ = 0;
  std::mutex mutex_;
};

std::vector<const task::Setting*> selected_settings(const task::Task& task, const Options& options) {
  for (const std::string& id : options.settings) (void)task.setting(id);  // an unknown id is an error
  std::vector<const task::Setting*> selected;
  for (const task::Setting& setting : task.settings) {
    if (options.visible_only && setting.hidden) continue;
    const bool named =
        std::find(options.settings.begin(), options.settings.end(), setting.id) != options.settings.end();
    if (options.settings.empty() || named) selected.push_back(&setting);
  }
  return selected;
}

std::vector<Assignment> assignments_of(const task::Task& task, const Options& options) {
  const int seeds = options.max_seeds > 0 ? std::min(options.max_seeds, task.seeds) : task.seeds;
  std::vector<Assignment> assignments;
  for (const task::Setting* setting : selected_settings(task, options)) {
    for (int seed = 0; seed < seeds; ++seed) assignments.push_back({setting, seed, {}});
  }
  return assignments;
}

void fetch_packs(const Places& places, const task::Task& task, const ProgressSink& progress) {
  if (task.packs.empty()) return;
  const std::vector<task::Pack> registry = task::pack_registry(places.root);
  for (const std::string& name : task.packs) {
    const task::Pack& pack = task::find_pack(registry, name);
    task::ensure(places.home, pack, [&](const std::string& line) {
      if (progress) progress({Progress::Stage::fetching, line, 0, 0, nullptr});
    });
  }
}

/// Makes what is missing and notes in each assignment where its artefact lies.
void prepare_artefacts(const Runner& runner, std::vector<Assignment>& assignments, const Options& options,
                       const ProgressSink& progress) {
  if (!runner.prepares()) return;
  std::vector<const Assignment*> missing;
  for (Assignment& assignment : assignments) {
    assignment.artefact = runner.artefact_place(assignment);
    if (!std::filesystem::exists(assignment.artefact)) missing.push_back(&assignment);
  }
  Reporter reporter(progress, static_cast<int>(missing.size()));
  const auto prepare_one = [&](int index, int core) {
    const Assignment& assignment = *missing[static_cast<std::size_t>(index)];
    runner.prepare(assignment, core, options.stop);
    reporter.step_done(Progress::Stage::preparing,
                       fmt::format("{} seed {}", assignment.setting->id, assignment.seed));
  };
  run_jobs(static_cast<int>(missing.size()), options.jobs, options.stop, prepare_one, options.cores);
  if (options.stop.stop_requested()) throw Interrupted();
}

RunRecord failed_run(const Assignment& assignment, Status status, const std::string& message) {
  RunRecord record;
  record.setting = assignment.setting->id;
  record.seed = assignment.seed;
  record.status = status;
  record.message = plain_text(message, max_message_bytes);
  return record;
}

RunKey key_of(const Evaluation& evaluation, const Assignment& assignment, const SealKey& draws) {
  return {evaluation.task_sha256, evaluation.method_sha256, assignment.setting->id, assignment.seed, draws.id,
          evaluation.versions,    evaluation.capped};
}

/// The key of the draws themselves.
SealKey draws_of(const Options& options) {
  if (!options.rehearsal) return options.seal;
  const Digest derived = hmac_sha256(options.seal.bytes, "rehearsal");
  return {{derived.begin(), derived.end()}, options.seal.id + "/rehearsal"};
}

bool in_doubt(const RunRecord& record) { return record.status == Status::infrastructure || record.doubtful; }

/// What fails through a fault of ours, or perhaps through somebody outside, gets one more try. A verdict
/// against the method takes two tries that agree.
RunRecord run_surely(const Runner& runner, const Assignment& assignment, const std::filesystem::path& host,
                     int core, const std::stop_token& stop) {
  RunRecord first = runner.run(assignment, host, core, stop);
  if (!in_doubt(first)) return first;
  RunRecord second = runner.run(assignment, host, core, stop);
  if (in_doubt(second) && second.status != first.status) {
    second.status = Status::infrastructure;
    second.message = fmt::format("failed twice: {}; and then: {}", first.message, second.message);
  }
  return second;
}

/// Compiles on a core of its own.
HostBuild built(const Toolchain& toolchain, const task::Task& task, const Method& method, double cpu_s,
                const Options& options) {
  const CoreLease lease(options.cores, 0, options.stop);
  if (!lease.core()) throw Interrupted();
  return toolchain.build(task, method, cpu_s);
}

/// Runs the reference baseline on the first seeds of each setting of `keys`, under the task's cap alone.
void measure_reference(const Toolchain& toolchain, const Runner& runner, const task::Task& task,
                       const Method& reference,
                       const std::vector<std::pair<const task::Setting*, ReferenceKey>>& unknown,
                       const ReferenceTimes& times, const Options& options, const ProgressSink& progress) {
  const int seeds = std::min(reference_seeds, task.seeds);
  const HostBuild build = built(toolchain, task, reference, Options{}.compile_cpu_s, options);
  const auto failed = [&](const std::string& what) {
    return infrastructure(fmt::format("{}: the reference baseline '{}', which sets the CPU budgets, {}",
                                      task.id, task.limits.reference, what));
  };
  if (build.status != Status::ok) throw failed("does not compile: " + build.error);
  std::vector<Assignment> assignments;
  for (const auto& [setting, key] : unknown) {
    for (int seed = 0; seed < seeds; ++seed) assignments.push_back({setting, seed, {}});
  }
  prepare_artefacts(runner, assignments, options, progress);
  Reporter reporter(progress, static_cast<int>(assignments.size()));
  const auto measure_one = [&](int index, int core) {
    std::vector<double> cpu_s;
    const std::size_t first = static_cast<std::size_t>(index) * static_cast<std::size_t>(seeds);
    for (int seed = 0; seed < seeds; ++seed) {
      const Assignment& assignment = assignments[first + static_cast<std::size_t>(seed)];
      const RunRecord record = run_surely(runner, assignment, build.program, core, options.stop);
      const std::string where = fmt::format("{} seed {}", record.setting, record.seed);
      if (record.status != Status::ok) {
        throw failed(fmt::format("fails in {}: {}: {}", where, name_of(record.status), record.message));
      }
      cpu_s.push_back(std::max(record.cpu_s, 1e-6));
      reporter.step_done(Progress::Stage::measuring, fmt::format("{}: {}", task.limits.reference, where));
    }
    times.put(unknown[static_cast<std::size_t>(index)].second, cpu_s);
  };
  run_jobs(static_cast<int>(unknown.size()), options.jobs, options.stop, measure_one, options.cores);
  if (options.stop.stop_requested()) throw Interrupted();
}

/// Sets the budget of each assignment; measures what is not known of this machine yet.
void set_budgets(const Places& places, const Toolchain& toolchain, const Runner& runner,
                 const task::Task& task, const Options& options, const ProgressSink& progress,
                 std::vector<Assignment>& assignments, Evaluation& evaluation) {
  const bool relative = !task.limits.reference.empty();
  std::map<std::string, ReferenceKey> keys;
  const ReferenceTimes times(places.home);
  if (relative) {
    const Method reference = load_method(task.source_of(task.baseline(task.limits.reference)));
    std::vector<std::pair<const task::Setting*, ReferenceKey>> unknown;
    for (const Assignment& assignment : assignments) {
      const std::string& setting = assignment.setting->id;
      const ReferenceKey key{evaluation.task_sha256, reference.sha256, setting, evaluation.seal,
                             evaluation.versions};
      if (keys.emplace(setting, key).second && !times.get(key)) unknown.emplace_back(assignment.setting, key);
    }
    if (!unknown.empty())
      measure_reference(toolchain, runner, task, reference, unknown, times, options, progress);
  }
  for (Assignment& assignment : assignments) {
    const std::string& setting = assignment.setting->id;
    assignment.budget = cpu_budget(task.limits, relative ? times.get(keys.at(setting)) : std::nullopt);
    evaluation.cpu_budget_s[setting] = assignment.budget->cpu_s;
  }
}

/// Fills evaluation.runs; everything already known comes from the cache.
void run_all(const Places& places, const Toolchain& toolchain, const task::Task& task,
             const std::filesystem::path& host, const Options& options, const ProgressSink& progress,
             std::vector<Assignment> assignments, Evaluation& evaluation) {
  const ResultCache cache(places.home);
  const SealKey draws = draws_of(options);
  Reporter reporter(progress, static_cast<int>(assignments.size()));
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < assignments.size(); ++i) {
    std::optional<RunRecord> known;
    if (!options.fresh) known = cache.get(key_of(evaluation, assignments[i], draws));
    if (known) {
      evaluation.runs[i] = *std::move(known);
      reporter.finished(evaluation.runs[i]);
    } else {
      open.push_back(i);
    }
  }
  if (open.empty()) return;

  fetch_packs(places, task, progress);
  const Runner runner(places, task, draws, options.capped);
  std::vector<Assignment> to_run;
  for (const std::size_t i : open) to_run.push_back(assignments[i]);
  prepare_artefacts(runner, to_run, options, progress);
  set_budgets(places, toolchain, runner, task, options, progress, to_run, evaluation);
  const auto run_one = [&](int index, int core) {
    const Assignment& assignment = to_run[static_cast<std::size_t>(index)];
    RunRecord record = run_surely(runner, assignment, host, core, options.stop);
    // It may quote what the method printed or sent.
    record.message = plain_text(record.message, max_message_bytes);
    cache.put(key_of(evaluation, assignment, draws), record);
    reporter.finished(record);
    evaluation.runs[open[static_cast<std::size_t>(index)]] = std::move(record);
  };
  run_jobs(static_cast<int>(to_run.size()), options.jobs, options.stop, run_one, options.cores);
  if (options.stop.stop_requested()) throw Interrupted();
}

}  // namespace

std::map<std::string, std::vector<score::Metrics>> Evaluation::by_setting() const {
  std::map<std::string, std::vector<score::Metrics>> result;
  for (const RunRecord& run : runs) result[run.setting].push_back(run.metrics);
  return result;
}

bool Evaluation::any(Status status) const {
  return std::any_of(runs.begin(), runs.end(),
                     [status](const RunRecord& run) { return run.status == status; });
}

Json to_json(const Evaluation& evaluation) {
  Json runs = Json::array();
  for (const RunRecord& run : evaluation.runs) runs.push_back(to_json(run));
  Json json{{"task", evaluation.task},
            {"task_sha256", evaluation.task_sha256},
            {"method_sha256", evaluation.method_sha256},
            {"seal", evaluation.seal},
            {"versions", evaluation.versions},
            {"cpu_budget_s", evaluation.cpu_budget_s}};
  if (!evaluation.capped) json["capped"] = false;
  json["runs"] = std::move(runs);
  return json;
}

Evaluation evaluation_from_json(const Json& json) {
  try {
    Evaluation evaluation;
    evaluation.task = json.at("task").get<std::string>();
    evaluation.task_sha256 = json.at("task_sha256").get<std::string>();
    evaluation.method_sha256 = json.at("method_sha256").get<std::string>();
    evaluation.seal = json.at("seal").get<std::string>();
    evaluation.versions = json.at("versions").get<std::map<std::string, std::string>>();
    // Results of before there were relative budgets have none.
    evaluation.cpu_budget_s = json.value("cpu_budget_s", std::map<std::string, double>());
    evaluation.capped = json.value("capped", true);
    for (const Json& run : json.at("runs")) evaluation.runs.push_back(run_from_json(run));
    return evaluation;
  } catch (const Json::exception& error) {
    throw bad_input(fmt::format("not an evaluation: {}", error.what()));
  }
}

Evaluation evaluate(const Places& places, const task::Task& task, const Method& method,
                    const Options& options, const ProgressSink& progress) {
  const Toolchain toolchain(places);
  const std::vector<Assignment> assignments = assignments_of(task, options);
  Evaluation evaluation;
  evaluation.task = task.id;
  evaluation.task_sha256 = task::task_hash(places.root, task);
  evaluation.method_sha256 = method.sha256;
  evaluation.seal = options.seal.id;
  evaluation.capped = options.capped;
  evaluation.versions =
      recorded_versions(toolchain, task.runtime == "torch" || judge_uses_torch(places.root, task));
  evaluation.runs.resize(assignments.size());

  if (progress)
    progress({Progress::Stage::compiling, task.id, 0, static_cast<int>(assignments.size()), nullptr});
  const HostBuild build = built(toolchain, task, method, options.compile_cpu_s, options);
  if (build.status == Status::ok) {
    run_all(places, toolchain, task, build.program, options, progress, assignments, evaluation);
  } else {
    for (std::size_t i = 0; i < assignments.size(); ++i) {
      evaluation.runs[i] = failed_run(assignments[i], build.status, build.error);
    }
  }
  return evaluation;
}

void prepare(const Places& places, const task::Task& task, const Options& options,
             const ProgressSink& progress) {
  fetch_packs(places, task, progress);
  const Runner runner(places, task, draws_of(options));
  std::vector<Assignment> assignments = assignments_of(task, options);
  prepare_artefacts(runner, assignments, options, progress);
}

}  // namespace mls::evaluate
