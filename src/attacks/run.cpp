#include "attacks/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <optional>

#include "attacks/quarters.hpp"
#include "attacks/recipe.hpp"
#include "core/error.hpp"
#include "core/files.hpp"
#include "core/text.hpp"
#include "score/calibration.hpp"
#include "store/run_folder.hpp"
#include "task/sources.hpp"
#include "trial/workspace.hpp"

namespace mls::attacks {
namespace {

namespace fs = std::filesystem;
using evaluate::Evaluation;
using evaluate::Method;
using evaluate::Places;
using evaluate::RunRecord;
using evaluate::Status;

constexpr double compile_cpu_s = 4;
constexpr double points = 100;
// The same method gives the same bits; what is more than rounding is a gain.
constexpr double rounding = 1e-9;

/// A key that no attack knows. Nothing is scored under it but attacks, so that it may stand here.
evaluate::SealKey private_seal() {
  return {"attacks are evaluated under this key when they must not know it", "attacks"};
}

const task::Baseline& honest_baseline(const task::Task& task, const Attack& attack) {
  for (const task::Baseline& baseline : task.baselines) {
    if (attack.honest.empty() ? baseline.start : baseline.id == attack.honest) return baseline;
  }
  throw bad_input(fmt::format("{}: {} has no baseline \"{}\"", attack.file.string(), task.id, attack.honest));
}

/// Where attacks are evaluated that do not care: short, cheap to prepare.
std::string usual_setting(const task::Task& task) {
  if (task.id == "optimization-variance-reduction") return "ridge-100";
  if (task.id == "ml-calibration") return "bayes-satellite";
  return task.settings.front().id;
}

evaluate::Options options_of(const task::Task& task, const Attack& attack) {
  evaluate::Options options;
  if (attack.setting != "all")
    options.settings = {attack.setting.empty() ? usual_setting(task) : attack.setting};
  options.max_seeds = attack.seeds;
  options.jobs = 1;
  options.compile_cpu_s = compile_cpu_s;
  if (attack.sealed) options.seal = private_seal();
  return options;
}

std::string honest_source(const task::Task& task, const Attack& attack) {
  return read_file(task.source_of(honest_baseline(task, attack)));
}

/// Writes the attack down as somebody would hand it in, and reads it as the harness does.
Method handed_in(const Places& places, const task::Task& task, const Attack& attack,
                 const fs::path& workspace, const std::vector<std::string>& memory) {
  fs::remove_all(workspace);
  const std::string text = read_file(attack.file);
  trial::start_workspace(places.root, task, workspace);
  if (attack.is_recipe()) {
    const auto label = carry_out(body_of(text), workspace, read_file(task.folder / "method.cpp"));
    if (label) store::check_label(*label);
  } else {
    write_atomic(workspace / "method.cpp",
                 expanded(text, parts_of(places.root, honest_source(task, attack), memory)));
  }
  const trial::Workspace opened = trial::open_workspace(workspace);
  (void)task::find(places.root, opened.task);
  trial::require_method(opened);
  return evaluate::load_method(trial::method_file(opened));
}

/// Of one term of one setting, on average over the seeds; nullopt when a run failed.
std::optional<double> mean_value(const task::Task& task, const task::Term& term,
                                 const std::vector<score::Metrics>& seeds) {
  double sum = 0;
  for (const score::Metrics& metrics : seeds) {
    const auto found = metrics.find(term.metric);
    if (found == metrics.end()) return std::nullopt;
    const auto value = score::value_of(task.metric(term.metric), term.transform, found->second);
    if (!value) return std::nullopt;
    sum += *value;
  }
  if (seeds.empty()) return std::nullopt;
  return sum / static_cast<double>(seeds.size());
}

/// By which evaluations are compared: points where the task is calibrated, else transformed metrics.
class Measure {
 public:
  explicit Measure(const task::Task& task) : task_(task) {
    try {
      calibration_ = score::load_calibration(task);
    } catch (const Error&) {
    }
  }

  [[nodiscard]] double gain(const score::Runs& attack, const score::Runs& honest) const {
    if (calibration_) return points * (score_of(attack) - score_of(honest));
    double gain = 0;
    for (const auto& [setting, seeds] : honest) {
      for (const task::Term& term : task_.setting(setting).terms) {
        const auto [mine, theirs] = values(setting, term, attack, honest);
        gain += term.weight * (mine && theirs ? *mine - *theirs : -1) / static_cast<double>(honest.size());
      }
    }
    return points * gain;
  }

  /// Scored metrics in which the attack is better; a score alone would not show it below the floor.
  [[nodiscard]] std::vector<std::string> better_in(const score::Runs& attack,
                                                   const score::Runs& honest) const {
    std::vector<std::string> names;
    for (const auto& [setting, seeds] : honest) {
      for (const task::Term& term : task_.setting(setting).terms) {
        const auto [mine, theirs] = values(setting, term, attack, honest);
        if (mine && theirs && *mine > *theirs + rounding * (1 + std::abs(*theirs)))
          names.push_back(term.metric);
      }
    }
    return names;
  }

 private:
  struct Values {
    std::optional<double> mine;
    std::optional<double> theirs;
  };

  [[nodiscard]] double score_of(const score::Runs& runs) const {
    return runs.empty() ? 0 : score::score_runs(task_, *calibration_, runs).score;
  }

  [[nodiscard]] Values values(const std::string& setting, const task::Term& term, const score::Runs& attack,
                              const score::Runs& honest) const {
    const auto found = attack.find(setting);
    return {found == attack.end() ? std::nullopt : mean_value(task_, term, found->second),
            mean_value(task_, term, honest.at(setting))};
  }

  const task::Task& task_;
  std::optional<score::Calibration> calibration_;
};

std::string outcome_of(const Evaluation& evaluation) {
  for (const RunRecord& run : evaluation.runs) {
    if (run.status != Status::ok) return std::string(evaluate::name_of(run.status));
  }
  return "harmless";
}

std::string message_of(const Evaluation& evaluation) {
  for (const RunRecord& run : evaluation.runs) {
    if (run.status != Status::ok) return run.message;
  }
  return "";
}

/// Whether what is recorded of the attack can be stored, read back and shown.
void check_records(const Evaluation& evaluation, Result& result) {
  try {
    (void)evaluate::evaluation_from_json(Json::parse(evaluate::to_json(evaluation).dump()));
  } catch (const std::exception& error) {
    result.faults.push_back(
        fmt::format("the evaluation cannot be stored: {}", plain_text(error.what(), 200)));
  }
  for (const RunRecord& run : evaluation.runs) {
    if (plain_text(run.message, run.message.size() + 1) != run.message) {
      result.faults.emplace_back("the verdict's message could drive a terminal");
    }
  }
}

void judge(const Attack& attack, const task::Task& task, const Evaluation& evaluation,
           const Evaluation& honest, Result& result) {
  result.outcome = outcome_of(evaluation);
  result.message = message_of(evaluation);
  check_records(evaluation, result);
  const Measure measure(task);
  const score::Runs mine = evaluation.by_setting();
  const score::Runs theirs = honest.by_setting();
  result.score_gained = measure.gain(mine, theirs);
  const auto better = attack.by_score ? std::vector<std::string>{} : measure.better_in(mine, theirs);
  if (result.score_gained <= points * rounding && better.empty()) return;
  result.outcome = "gained";
  result.faults.push_back(fmt::format("it gained {:.3g} points{}{}", result.score_gained,
                                      better.empty() ? "" : " and is better in ", fmt::join(better, ", ")));
}

/// What `mls test` would show of the attack.
std::vector<std::string> told_by_a_test(const Quarters& quarters, const task::Task& task,
                                        const Attack& attack, evaluate::Options options) {
  options.rehearsal = true;
  const Method method = handed_in(quarters.places(), task, attack, quarters.workspace(), {});
  std::vector<std::string> told;
  for (const RunRecord& run : evaluate::evaluate(quarters.places(), task, method, options, {}).runs)
    told.push_back(run.message);
  return told;
}

/// Evaluates as often as the attack asks; the last time counts.
void evaluate_attack(const Places& real, const Quarters& quarters, const Attack& attack, Result& result) {
  const task::Task task = lowered(task::find(real.root, attack.task));
  const Evaluation honest = honest_evaluation(real, attack);
  const std::string before = task::task_hash(real.root, task);
  try {
    evaluate::Options options = options_of(task, attack);
    options.fresh = true;
    std::vector<std::string> memory;
    if (attack.tested) memory = told_by_a_test(quarters, task, attack, options);
    const Method method = handed_in(quarters.places(), task, attack, quarters.workspace(), memory);
    Evaluation evaluation;
    for (int i = 0; i < attack.runs; ++i)
      evaluation = evaluate::evaluate(quarters.places(), task, method, options, {});
    judge(attack, task, evaluation, honest, result);
  } catch (const Error& error) {
    result.outcome = error.fault() == Fault::infrastructure ? "infrastructure" : "rejected";
    result.score_gained = Measure(task).gain({}, honest.by_setting());
    result.message = error.what();
  } catch (const std::exception& error) {
    result.outcome = "infrastructure";
    result.message = error.what();
  }
  if (task::task_hash(real.root, task) != before)
    result.faults.emplace_back("the installed benchmark has changed");
}

void compare_with_header(const Attack& attack, Result& result) {
  if (result.outcome != attack.expect) {
    result.faults.push_back(fmt::format("the outcome is {}, not {}", result.outcome, attack.expect));
  }
  if (result.message.find(attack.message) == std::string::npos) {
    result.faults.push_back(fmt::format("the verdict's message does not say \"{}\"", attack.message));
  }
}

}  // namespace

Json to_json(const Result& result) {
  return {{"name", result.name},
          {"route", result.route},
          {"outcome", result.outcome},
          {"score_gained", result.score_gained},
          {"passed", result.passed},
          {"faults", result.faults},
          {"message", plain_text(result.message, 2000)},
          {"seconds", result.seconds}};
}

Result result_from_json(const Json& json) {
  try {
    return {json.at("name").get<std::string>(),    json.at("route").get<std::string>(),
            json.at("outcome").get<std::string>(), json.at("score_gained").get<double>(),
            json.at("passed").get<bool>(),         json.at("faults").get<std::vector<std::string>>(),
            json.at("message").get<std::string>(), json.at("seconds").get<double>()};
  } catch (const Json::exception& error) {
    throw bad_input(fmt::format("not the result of an attack: {}", error.what()));
  }
}

task::Task lowered(task::Task task) {
  // Several times what an honest method needs, on slow machines too.
  task.limits.wall_s = std::min(task.limits.wall_s, 8.0);
  task.limits.cpu_s = std::min(task.limits.cpu_s, 8.0);
  task.limits.reference = "";  // CPU seconds as they are: nothing to measure
  task.limits.memory_mb = std::min<std::int64_t>(task.limits.memory_mb, 256);
  return task;
}

Evaluation honest_evaluation(const Places& places, const Attack& attack) {
  const task::Task task = lowered(task::find(places.root, attack.task));
  const Method method = evaluate::load_method(task.source_of(honest_baseline(task, attack)));
  Evaluation evaluation = evaluate::evaluate(places, task, method, options_of(task, attack), {});
  for (const RunRecord& run : evaluation.runs) {
    if (run.status == Status::ok) continue;
    throw infrastructure(fmt::format("{}: the honest method itself failed on {} seed {} ({}): {}",
                                     attack.name, run.setting, run.seed, evaluate::name_of(run.status),
                                     run.message));
  }
  return evaluation;
}

Result carry_out(const Places& places, const Attack& attack) {
  const auto start = std::chrono::steady_clock::now();
  Result result;
  result.name = attack.name;
  result.route = attack.route;
  {
    const Quarters quarters(places);
    evaluate_attack(places, quarters, attack, result);
    for (std::string& line : quarters.harm()) result.faults.push_back(std::move(line));
  }
  compare_with_header(attack, result);
  result.passed = result.faults.empty();
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace mls::attacks
