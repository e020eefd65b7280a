#include <fmt/format.h>

#include "cli/evaluate_options.hpp"
#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/verbs.hpp"
#include "cli/verdict.hpp"
#include "core/error.hpp"
#include "core/locations.hpp"
#include "report/evaluation.hpp"
#include "report/format.hpp"
#include "report/leaderboard.hpp"

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
  EvaluateArguments evaluate;
};

int calibrate_tasks(const CalibrateArguments& arguments) {
  const auto places = evaluate::default_places();
  std::vector<task::Task> tasks;
  for (const auto& id : arguments.tasks) tasks.push_back(task::find(places.root, id));
  const StopOnSignal stop;
  const auto options = options_of(arguments.evaluate, stop.token());
  for (const auto& task : tasks) {
    const auto calibration = [&] {
      ProgressLine progress(task.id);
      return evaluate::calibrate(places, task, options, progress.sink());
    }();
    const auto file = store::calibration_file(places.home, task, options.seal.id);
    score::save_calibration(task, calibration, file);
    const auto yardstick = store::yardstick_of(places.root, places.home, task, options.seal.id);
    double cpu_s = 0;
    for (const auto& baseline : calibration.baselines) cpu_s += report::cpu_seconds(baseline);
    print_result(fmt::format("{}\n{} of CPU for {}; written to {}\n\n",
                             report::text_of(report::task_board_of(yardstick, {})),
                             report::duration_text(cpu_s),
                             report::count_text(calibration.baselines.size(), "baseline"), file.string()));
  }
  return exit_code::ok;
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
  CLI::App* calibrate =
      program.verb("Measure", "calibrate",
                   "Run every baseline of a task and write its calibration.json, or with --seal-key one of "
                   "your own in the data "
                   "folder",
                   "mls calibrate ml-calibration\nmls calibrate ml-calibration --jobs 2 --fresh\n"
                   "mls calibrate ml-calibration --seal-key private.key");
  calibrate->add_option("TASK", calibrating->tasks, "Task ids")->required();
  add_evaluate_options(*calibrate, calibrating->evaluate);
  program.on(calibrate, [calibrating] { return calibrate_tasks(*calibrating); });
}

}  // namespace mls::cli
