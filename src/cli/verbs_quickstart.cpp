#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/evaluate_options.hpp"
#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/verbs.hpp"
#include "core/error.hpp"
#include "core/files.hpp"
#include "report/format.hpp"
#include "report/html.hpp"
#include "report/leaderboard.hpp"
#include "store/submission.hpp"
#include "task/suite.hpp"
#include "trial/vanilla.hpp"

namespace mls::cli {
namespace {

/// How the baselines' figures of this machine compare with the committed ones; figures of the clock do not.
struct Comparison {
  std::size_t figures = 0;
  std::size_t equal = 0;  ///< bit for bit
  double largest = 0;     ///< relative difference
  std::string where;      ///< of the largest
};

bool is_timed(const task::Task& task, const std::string& metric) {
  return std::any_of(task.metrics.begin(), task.metrics.end(),
                     [&](const task::Metric& one) { return one.id == metric && one.timed; });
}

void compare_run(const task::Task& task, const score::Metrics& here, const score::Metrics& committed,
                 const std::string& where, Comparison& comparison) {
  for (const auto& [name, expected] : committed) {
    if (is_timed(task, name)) continue;
    const auto at = here.find(name);
    const double value = at == here.end() ? std::nan("") : at->second;
    ++comparison.figures;
    if (value == expected) {
      ++comparison.equal;
      continue;
    }
    const double difference =
        std::abs(value - expected) / std::max({std::abs(value), std::abs(expected), 1e-300});
    if (!(difference <= comparison.largest)) {
      comparison.largest = difference;
      comparison.where = fmt::format("{} {} {}", where, name, report::metric_text(value));
    }
  }
}

Comparison compare(const task::Task& task, const score::Calibration& here,
                   const score::Calibration& committed) {
  Comparison comparison;
  for (const auto& record : committed.baselines) {
    const auto mine = std::find_if(here.baselines.begin(), here.baselines.end(),
                                   [&](const auto& one) { return one.id == record.id; });
    if (mine == here.baselines.end()) continue;
    for (const auto& [setting, runs] : record.settings) {
      const auto at = mine->settings.find(setting);
      for (std::size_t i = 0; i < runs.size() && at != mine->settings.end() && i < at->second.size(); ++i) {
        compare_run(task, at->second[i].metrics, runs[i].metrics,
                    fmt::format("{} {} seed {}", record.id, setting, runs[i].seed), comparison);
      }
    }
  }
  return comparison;
}

std::string comparison_text(const Comparison& comparison) {
  if (comparison.equal == comparison.figures) {
    return fmt::format("all {} figures equal the committed ones bit for bit", comparison.figures);
  }
  return fmt::format("{} of {} figures equal the committed ones; largest relative difference {:.2g} ({})",
                     comparison.equal, comparison.figures, comparison.largest, comparison.where);
}

/// Every baseline through the one evaluation path, then a look at whether the committed calibration is
/// reproduced.
void run_baselines(const evaluate::Places& places, const task::Task& task, const evaluate::Options& options) {
  const auto here = [&] {
    ProgressLine progress(task.id);
    return evaluate::calibrate(places, task, options, progress.sink());
  }();
  std::string verdict;
  if (here.seal != evaluate::public_seal().id) {
    // Under a private key there is nothing committed to compare with: these are the anchors.
    const auto file = store::calibration_file(places.home, task, here.seal);
    score::save_calibration(task, here, file);
    verdict = fmt::format("calibrated under the seal \"{}\"", here.seal);
  } else {
    const auto yardstick = store::yardstick_of(places.root, task);
    if (yardstick.damaged) throw bad_input(yardstick.note);
    verdict =
        yardstick.calibration ? comparison_text(compare(task, here, *yardstick.calibration)) : yardstick.note;
  }
  say(fmt::format("{}: {} evaluated; {}", task.id, report::count_text(here.baselines.size(), "baseline"),
                  verdict));
}

/// Submits root/examples/<task>.cpp unless that very method is recorded already.
void submit_example(const evaluate::Places& places, const store::Yardsticks& yardsticks,
                    const store::Snapshot& snapshot, const store::Yardstick& yardstick,
                    const evaluate::Options& options) {
  const auto& task = yardstick.task;
  const auto file = places.root / "examples" / (task.id + ".cpp");
  if (!std::filesystem::exists(file)) return;
  const auto method = evaluate::load_method(file);
  const bool known = std::any_of(snapshot.entries.begin(), snapshot.entries.end(), [&](const auto& entry) {
    const bool current =
        entry.standing == store::Standing::scored || entry.standing == store::Standing::unscored;
    return current && entry.task == task.id && entry.label == "example" &&
           entry.method_sha256 == method.sha256 && entry.seal == options.seal.id;
  });
  if (known) return;
  const auto submission = [&] {
    ProgressLine progress(task.id + " example");
    return store::submit(places, *yardsticks.find(task.id), "example", method, options, progress.sink());
  }();
  if (!submission.recorded) throw infrastructure(submission.result.note);
  const auto& score = submission.result.score;
  say(fmt::format("{}: example method {}", task.id,
                  score ? "scores " + report::score_text(score->score) : "has no score yet"));
}

struct QuickstartArguments : EvaluateArguments {
  std::string suite = "quickstart";
};

int quickstart(const QuickstartArguments& arguments) {
  const auto places = evaluate::default_places();
  const auto suite = task::suite_named(places.root, arguments.suite);
  const StopOnSignal stop;
  const auto options = options_of(arguments, stop.token());
  for (const auto& task : suite.tasks) run_baselines(places, task, options);

  const store::Yardsticks yardsticks(places.root, places.home, options.seal.id);
  const auto before = store::snapshot(places.home, yardsticks);
  for (const auto& yardstick : yardsticks.all())
    submit_example(places, yardsticks, before, yardstick, options);

  auto snapshot = store::snapshot(places.home, yardsticks);
  trial::add_vanilla(places.home, yardsticks, snapshot);
  const auto file = places.home / "report.html";
  write_atomic(file, report::html_report(places.home, yardsticks, snapshot));
  print_result(fmt::format("{}\nreport: {}\n",
                           report::text_of(report::board_of(yardsticks, snapshot, options.seal.id)),
                           std::filesystem::absolute(file).string()));
  const std::size_t others = task::catalogue(places.root).size() - suite.tasks.size();
  if (others > 0)
    say(fmt::format("{} more in `mls quickstart --suite all`", report::count_text(others, "task")));
  say("next: `mls tasks`, then `mls start TASK DIR` to write a method of your own");
  return exit_code::ok;
}

}  // namespace

void add_quickstart(Program& program) {
  auto arguments = std::make_shared<QuickstartArguments>();
  CLI::App* verb = program.verb(
      "Look around", "quickstart",
      "Fetch data, evaluate the baselines of a few quick tasks and the example methods, show the leaderboard",
      "mls quickstart\nmls quickstart --suite all");
  verb->add_option("--suite", arguments->suite,
                   "Whose baselines to evaluate: a suite, an area, a task, or all (docs/suites.md)")
      ->capture_default_str();
  add_evaluate_options(*verb, *arguments);
  program.on(verb, [arguments] { return quickstart(*arguments); });
}

}  // namespace mls::cli
