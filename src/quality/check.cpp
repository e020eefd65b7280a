#include "quality/check.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/error.hpp"
#include "evaluate/runner.hpp"
#include "evaluate/toolchain.hpp"
#include "quality/calibration_gates.hpp"
#include "quality/instructions.hpp"
#include "quality/null_methods.hpp"
#include "quality/run_gates.hpp"
#include "task/sources.hpp"

namespace mls::quality {
namespace {

/// A method that never comes back should not cost more than this of everybody's time.
task::Limits misdeed_limits() {
  task::Limits limits;
  limits.wall_s = 6;
  limits.cpu_s = 1;
  limits.memory_mb = 512;
  return limits;
}

std::optional<score::Calibration> calibration_of(const task::Task& task) {
  try {
    return score::load_calibration(task);
  } catch (const Error&) {
    return std::nullopt;  // the calibration gate says why
  }
}

struct Programs {
  std::vector<Compiled> baselines;
  std::vector<Portable> scanned;  ///< the judge and the baselines that compile
};

Programs compile_baselines(const evaluate::Places& places, const task::Task& task,
                           const evaluate::Toolchain& toolchain) {
  Programs programs{{}, {{"judge", approximate_instructions(evaluate::judge_file(places.build, task.id))}}};
  for (const auto& baseline : task.baselines) {
    const auto method = evaluate::load_method(task.source_of(baseline));
    const auto build = toolchain.build(task, method);
    programs.baselines.push_back({baseline.id, build.error, strangers_of(places.root, task, method.source)});
    if (build.status == evaluate::Status::ok)
      programs.scanned.push_back({baseline.id, approximate_instructions(build.program)});
  }
  return programs;
}

/// Of seed 0 in `setting`, the baseline that used most CPU time; the start method without a calibration.
std::string dearest_baseline(const task::Task& task, const std::optional<score::Calibration>& calibration,
                             const std::string& setting) {
  if (!calibration) return std::ranges::find_if(task.baselines, &task::Baseline::start)->id;
  return std::ranges::max_element(calibration->baselines, {},
                                  [&](const auto& one) { return one.settings.at(setting).front().cpu_s; })
      ->id;
}

/// What calibration.json says of a run, if it was measured from the same sources by the same versions of
/// everything.
std::optional<score::Metrics> calibrated_metrics(const std::optional<score::Calibration>& calibration,
                                                 const evaluate::Evaluation& evaluation,
                                                 const std::string& baseline) {
  if (!calibration || calibration->versions != evaluation.versions ||
      calibration->task_sha256 != evaluation.task_sha256 || calibration->seal != evaluation.seal) {
    return std::nullopt;
  }
  const auto at = std::ranges::find(calibration->baselines, baseline, &score::BaselineRecord::id);
  if (at == calibration->baselines.end() || at->method_sha256 != evaluation.method_sha256)
    return std::nullopt;
  return at->settings.at(evaluation.runs.front().setting).front().metrics;
}

std::vector<Repeat> repeat_runs(const evaluate::Places& places, const task::Task& task,
                                const std::optional<score::Calibration>& calibration,
                                const CheckOptions& options) {
  std::vector<Repeat> repeats;
  for (const auto& setting : task.settings) {
    const std::string id = dearest_baseline(task, calibration, setting.id);
    const auto method = evaluate::load_method(task.source_of(task.baseline(id)));
    evaluate::Options one_run;
    one_run.settings = {setting.id};
    one_run.max_seeds = 1;
    one_run.jobs = 1;
    one_run.fresh = true;
    one_run.stop = options.stop;
    const auto first = evaluate::evaluate(places, task, method, one_run, {});
    const auto second = evaluate::evaluate(places, task, method, one_run, {});
    repeats.push_back(
        {id, first.runs.front(), second.runs.front(), calibrated_metrics(calibration, first, id)});
    if (options.smoke) break;
  }
  return repeats;
}

/// In one setting after the other, up to the first that sinks the method: others could not raise its score.
NullResult run_until_sunk(const evaluate::Places& places, const task::Task& task,
                          const score::Calibration* calibration, const NullMethod& null,
                          evaluate::Options options) {
  NullResult result{null.name, null.must_fail, {}};
  for (const auto& setting : task.settings) {
    options.settings = {setting.id};
    const auto runs = evaluate::evaluate(places, task, null.method, options, {}).runs;
    result.evaluation.runs.insert(result.evaluation.runs.end(), runs.begin(), runs.end());
    if (null_gate(task, calibration, {result}).passed) break;
  }
  return result;
}

std::vector<NullResult> run_null_methods(const evaluate::Places& places, const task::Task& task,
                                         const score::Calibration* calibration, const CheckOptions& options) {
  evaluate::Options one_seed;
  one_seed.max_seeds = 1;
  one_seed.jobs = options.jobs;
  one_seed.stop = options.stop;
  std::vector<NullResult> results;
  for (const NullMethod& null : null_methods(task)) {
    results.push_back(options.smoke
                          ? run_until_sunk(places, task, calibration, null, one_seed)
                          : NullResult{null.name, null.must_fail,
                                       evaluate::evaluate(places, task, null.method, one_seed, {})});
  }
  task::Task bounded = task;
  bounded.limits = misdeed_limits();
  one_seed.settings = {task.settings.front().id};
  for (const auto& [name, method, must_fail] : misdeeds(task)) {
    results.push_back({name, must_fail, evaluate::evaluate(places, bounded, method, one_seed, {})});
  }
  return results;
}

}  // namespace

TaskReport check(const evaluate::Places& places, const task::Task& task, const CheckOptions& options) {
  const auto calibration = calibration_of(task);
  TaskReport report{task.id, calibration_gates(places.root, task)};
  const auto add = [&](Gate gate) {
    report.gates.push_back(std::move(gate));
    if (options.stop.stop_requested()) throw evaluate::Interrupted();
  };
  options.say("scope and portability");
  const Programs programs = compile_baselines(places, task, evaluate::Toolchain(places));
  add(scope_gate(programs.baselines));
  add(portability_gate(programs.scanned));
  options.say("determinism and cost");
  const auto repeats = repeat_runs(places, task, calibration, options);
  add(determinism_gate(task, repeats));
  add(cost_gate(task, repeats));
  options.say("null methods");
  const score::Calibration* const scale = calibration ? &*calibration : nullptr;
  add(null_gate(task, scale, run_null_methods(places, task, scale, options)));
  return report;
}

}  // namespace mls::quality
