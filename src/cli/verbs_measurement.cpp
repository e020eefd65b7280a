#include <fmt/format.h>

#include <algorithm>

#include "cli/area.hpp"
#include "cli/evaluate_options.hpp"
#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/verbs.hpp"
#include "cli/verdict.hpp"
#include "core/error.hpp"
#include "core/locations.hpp"
#include "quality/calibration_gates.hpp"
#include "report/evaluation.hpp"
#include "report/format.hpp"
#include "report/leaderboard.hpp"
#include "report/table.hpp"

namespace mls::cli {
namespace {

struct EvalArguments {
  std::string task;
  std::string method;
  std::string settings = "all";
  int seeds = 0;
  bool json = false;
  EvaluateArguments evaluate;
};

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    if (end > begin) parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

void narrow(evaluate::Options& options, const EvalArguments& arguments) {
  options.max_seeds = arguments.seeds;
  if (arguments.settings == "all") return;
  if (arguments.settings == "visible") {
    options.visible_only = true;
    return;
  }
  options.settings = split(arguments.settings, ',');
  if (options.settings.empty())
    throw usage_error("--settings is empty: write visible, all, or setting ids with commas between");
}

int evaluate_method(const EvalArguments& arguments) {
  const auto places = evaluate::default_places();
  const StopOnSignal stop;
  auto options = options_of(arguments.evaluate, stop.token());
  narrow(options, arguments);
  const auto yardstick =
      yardstick_for_scoring(places, task::find(places.root, arguments.task), options.seal.id);
  const auto method = method_named(yardstick.task, arguments.method);
  const auto evaluation = [&] {
    ProgressLine progress(yardstick.task.id);
    return evaluate::evaluate(places, yardstick.task, method, options, progress.sink());
  }();
  const auto scored = store::score_of(yardstick, evaluation);
  if (arguments.json) {
    print_json(report::evaluation_json(yardstick.task, evaluation, scored));
  } else {
    print_result(report::evaluation_text(yardstick.task, evaluation, scored));
  }
  return exit_code_of(evaluation);
}

struct CalibrateArguments {
  std::vector<std::string> tasks;
  std::string area;
  bool all = false;
  EvaluateArguments evaluate;
};

std::vector<task::Task> tasks_to_calibrate(const std::filesystem::path& root,
                                           const CalibrateArguments& arguments) {
  const int ways =
      (arguments.tasks.empty() ? 0 : 1) + (arguments.area.empty() ? 0 : 1) + (arguments.all ? 1 : 0);
  if (ways != 1)
    throw usage_error("name the tasks to calibrate, or write --area AREA or --all; `mls tasks` lists them");
  std::vector<task::Task> tasks;
  for (const auto& id : arguments.tasks) tasks.push_back(task::find(root, id));
  if (!arguments.tasks.empty()) return tasks;
  tasks = task::catalogue(root);
  if (arguments.all) return tasks;
  const std::string area = area_named(arguments.area);
  std::erase_if(tasks, [&](const task::Task& task) { return task.area != area; });
  if (tasks.empty()) throw usage_error(fmt::format("there is no task in area \"{}\" yet", area));
  return tasks;
}

/// CPU seconds of hosts and judges.
struct Cost {
  int runs = 0;    ///< of all baselines
  int cached = 0;  ///< of these, taken from earlier evaluations
  double all_s = 0;
  double method_s = 0;  ///< of one method: mean over the baselines
};

/// What the runs that a progress sink sees cost.
evaluate::ProgressSink counting(Cost& cost, evaluate::ProgressSink sink) {
  return [&cost, sink = std::move(sink)](const evaluate::Progress& progress) {
    if (progress.finished != nullptr) {
      ++cost.runs;
      cost.cached += progress.finished->cached ? 1 : 0;
      cost.all_s += progress.finished->cpu_s + progress.finished->judge_cpu_s;
    }
    sink(progress);
  };
}

/// "about 40 s of CPU", by the calibration that is there; empty without one.
std::string expected_cost(const task::Task& task) {
  try {
    double cpu_s = 0;
    for (const auto& baseline : score::load_calibration(task).baselines)
      cpu_s += report::cpu_seconds(baseline);
    return fmt::format(", {} of CPU for the methods when it was last measured", report::duration_text(cpu_s));
  } catch (const Error&) {
    return "";
  }
}

/// Nothing is replaced without a word but an earlier measurement.
void say_what_is_replaced(const task::Task& task, const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return;
  try {
    (void)score::load_calibration(task, file);
  } catch (const Error& error) {
    say(fmt::format("note: {}: a calibration that cannot be used is replaced: {}", task.id, error.what()));
  }
}

Cost calibrate_task(const evaluate::Places& places, const task::Task& task, const evaluate::Options& options,
                    bool& facts_hold) {
  Cost cost;
  const auto calibration = [&] {
    ProgressLine progress(task.id);
    return evaluate::calibrate(places, task, options, counting(cost, progress.sink()));
  }();
  cost.method_s = cost.all_s / static_cast<double>(calibration.baselines.size());
  const auto file = store::calibration_file(places.home, task, options.seal.id);
  say_what_is_replaced(task, file);
  // Written whatever it says of the published facts: it is what was measured.
  score::save_calibration(task, calibration, file);
  const auto yardstick = store::yardstick_of(places.root, places.home, task, options.seal.id);
  std::string text = report::text_of(report::task_board_of(yardstick, {}));
  for (const auto& fact : quality::facts_of(task, calibration)) {
    if (fact.holds) continue;
    facts_hold = false;
    text += fmt::format("not as published: {}\n", quality::text_of(task, fact));
  }
  print_result(fmt::format("{}\nwritten to {}\n\n", text, file.string()));
  return cost;
}

void print_costs(const std::vector<std::pair<std::string, Cost>>& costs) {
  using report::Align;
  // docs/quality-gates.md, "Cost": one method on all tasks of the complete benchmark.
  constexpr double budget_s = 4 * 3600;
  report::Table table(
      {{"task", Align::left}, {"runs"}, {"from cache"}, {"CPU, all baselines"}, {"CPU, one method"}});
  Cost total;
  for (const auto& [task, cost] : costs) {
    table.row({task, fmt::format("{}", cost.runs), fmt::format("{}", cost.cached),
               report::duration_text(cost.all_s), report::duration_text(cost.method_s)});
    total.runs += cost.runs;
    total.cached += cost.cached;
    total.all_s += cost.all_s;
    total.method_s += cost.method_s;
  }
  table.rule();
  table.row({report::count_text(costs.size(), "task"), fmt::format("{}", total.runs),
             fmt::format("{}", total.cached), report::duration_text(total.all_s),
             report::duration_text(total.method_s)});
  print_result(fmt::format(
      "{}one method on these tasks takes {:.1f} % of the 4 core-hours that one may take on all 140 tasks "
      "(host and judge)\n",
      table.text(), 100 * total.method_s / budget_s));
}

int calibrate_tasks(const CalibrateArguments& arguments) {
  const auto places = evaluate::default_places();
  const auto tasks = tasks_to_calibrate(places.root, arguments);
  const StopOnSignal stop;
  const auto options = options_of(arguments.evaluate, stop.token());
  std::vector<std::pair<std::string, Cost>> costs;
  bool facts_hold = true;
  int worst = exit_code::ok;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    say(fmt::format("calibrate: {} ({} of {}{})", tasks[i].id, i + 1, tasks.size(), expected_cost(tasks[i])));
    try {
      costs.emplace_back(tasks[i].id, calibrate_task(places, tasks[i], options, facts_hold));
    } catch (const Error& error) {
      if (tasks.size() == 1 || options.stop.stop_requested()) throw;
      // One broken task must not cost the others their measurement.
      say(fmt::format("error: {}: {}; its calibration.json is as it was", tasks[i].id, error.what()));
      worst = std::max(worst, error.exit_code());
    }
  }
  print_costs(costs);
  return worst != exit_code::ok ? worst : facts_hold ? exit_code::ok : exit_code::check_failed;
}

}  // namespace

void add_measurement(Program& program) {
  auto evaluating = std::make_shared<EvalArguments>();
  CLI::App* eval = program.verb(
      "Measure", "eval", "Evaluate one method on one task, without recording it",
      "mls eval ml-calibration --method my.cpp\n"
      "mls eval ml-calibration --method baseline:isotonic --settings visible --json\n"
      "mls eval optimization-online-bandit --method my.cpp --settings stochastic,contextual --seeds 2");
  eval->add_option("TASK", evaluating->task, "Task id")->required();
  eval->add_option("--method", evaluating->method, "Source file, or baseline:ID")
      ->required()
      ->type_name("FILE");
  eval->add_option("--settings", evaluating->settings,
                   "visible, all (the default), or setting ids with commas between")
      ->type_name("WHICH");
  eval->add_option("--seeds", evaluating->seeds, "Only the first N seeds")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000));
  eval->add_flag("--json", evaluating->json, "Print JSON");
  add_evaluate_options(*eval, evaluating->evaluate);
  program.on(eval, [evaluating] { return evaluate_method(*evaluating); });

  auto calibrating = std::make_shared<CalibrateArguments>();
  CLI::App* calibrate = program.verb(
      "Measure", "calibrate",
      "Run every baseline of a task and write its calibration.json, or with --seal-key one of "
      "your own in the data folder",
      "mls calibrate ml-calibration\nmls calibrate --area optimization-and-theory\n"
      "mls calibrate --all --jobs 2 --fresh\nmls calibrate ml-calibration --seal-key private.key");
  calibrate->add_option("TASK", calibrating->tasks, "Task ids");
  calibrate->add_option("--area", calibrating->area, "Every task of this area, by name or abbreviation");
  calibrate->add_flag("--all", calibrating->all, "Every task");
  add_evaluate_options(*calibrate, calibrating->evaluate);
  program.on(calibrate, [calibrating] { return calibrate_tasks(*calibrating); });
}

}  // namespace mls::cli
