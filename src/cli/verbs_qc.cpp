#include <fmt/format.h>

#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/verbs.hpp"
#include "core/error.hpp"
#include "core/locations.hpp"
#include "quality/check.hpp"
#include "quality/classics.hpp"
#include "report/published.hpp"

namespace mls::cli {
namespace {

struct QcArguments {
  std::vector<std::string> tasks;
  bool all = false;
  bool smoke = false;
  bool json = false;
  int jobs = 0;
};

std::vector<task::Task> tasks_to_check(const std::filesystem::path& root, const QcArguments& arguments) {
  if (arguments.all != arguments.tasks.empty()) {
    throw usage_error("name the tasks to check, or write --all; `mls tasks` lists them");
  }
  if (arguments.all) return task::catalogue(root);
  std::vector<task::Task> tasks;
  for (const auto& id : arguments.tasks) tasks.push_back(task::find(root, id));
  return tasks;
}

int check_quality(const QcArguments& arguments) {
  const auto places = evaluate::default_places();
  const auto tasks = tasks_to_check(places.root, arguments);
  const StopOnSignal stop;
  std::vector<quality::TaskReport> reports;
  bool passed = true;
  for (const auto& task : tasks) {
    quality::CheckOptions options{arguments.smoke, arguments.jobs, stop.token(), {}};
    options.say = [&](const std::string& what) {
      say(fmt::format("qc: {} ({} of {}): {}", task.id, reports.size() + 1, tasks.size(), what));
    };
    reports.push_back(quality::check(places, task, options));
    passed = passed && reports.back().passed();
  }
  if (arguments.json) {
    print_json(quality::to_json(reports));
  } else {
    print_result(quality::text_of(reports));
  }
  return passed ? exit_code::ok : exit_code::check_failed;
}

int show_classics(bool json) {
  const auto root = repository_root();
  const auto rows = quality::standing_of(root, quality::load_classics(root));
  if (json) {
    print_json(quality::to_json(rows));
  } else {
    print_result(quality::text_of(rows));
  }
  return exit_code::ok;
}

int show_published(bool json) {
  const auto published = report::load_published(repository_root());
  if (json) {
    print_json(report::to_json(published));
  } else {
    print_result(report::text_of(published));
  }
  return exit_code::ok;
}

/// A verb without arguments but --json.
void add_table(Program& program, const std::string& group, const std::string& name,
               const std::string& summary, int (*show)(bool json)) {
  CLI::App* verb = program.verb(group, name, summary, fmt::format("mls {0}\nmls {0} --json", name));
  const auto json = std::make_shared<bool>(false);
  verb->add_flag("--json", *json, "Print JSON");
  program.on(verb, [show, json] { return show(*json); });
}

}  // namespace

void add_qc(Program& program) {
  const auto arguments = std::make_shared<QcArguments>();
  CLI::App* qc = program.verb("Measure", "qc", "Check the quality gates of tasks",
                              "mls qc ml-calibration\nmls qc --all --json\nmls qc --all --smoke");
  qc->add_option("TASK", arguments->tasks, "Task ids");
  qc->add_flag("--all", arguments->all, "Every task");
  qc->add_flag("--smoke", arguments->smoke,
               "Determinism and cost in one setting only, null methods until one has sunk them");
  qc->add_flag("--json", arguments->json, "Print JSON");
  qc->add_option("--jobs", arguments->jobs, "Runs of null methods at a time (default: one per core)")
      ->type_name("N")
      ->check(CLI::Range(1, 4096));
  program.on(qc, [arguments] { return check_quality(*arguments); });

  add_table(program, "Look around", "classics", "Which time-tested methods the tasks reproduce",
            show_classics);
  add_table(program, "Look around", "published", "Figures that the original benchmark published",
            show_published);
}

}  // namespace mls::cli
