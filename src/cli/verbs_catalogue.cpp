#include <algorithm>

#include "cli/area.hpp"
#include "cli/output.hpp"
#include "cli/verbs.hpp"
#include "core/locations.hpp"
#include "report/tasks.hpp"

namespace mls::cli {
namespace {

struct TasksArguments {
  std::string area;
  bool lite = false;
  bool json = false;
};

int list_tasks(const TasksArguments& arguments) {
  const std::string area = arguments.area.empty() ? "" : area_named(arguments.area);
  auto tasks = task::catalogue(repository_root());
  std::erase_if(tasks, [&](const task::Task& task) {
    return (arguments.lite && !task.lite) || (!area.empty() && task.area != area);
  });
  if (arguments.json) {
    print_json(report::tasks_json(tasks));
  } else if (tasks.empty()) {
    say("no task fits");
  } else {
    print_result(report::tasks_text(tasks));
  }
  return exit_code::ok;
}

int show_task(const std::string& id, bool json) {
  const auto root = repository_root();
  const auto yardstick = store::yardstick_of(root, task::find(root, id));
  if (json) {
    print_json(report::task_json(yardstick));
  } else {
    print_result(report::task_text(yardstick));
  }
  return exit_code::ok;
}

}  // namespace

void add_catalogue(Program& program) {
  auto listing = std::make_shared<TasksArguments>();
  CLI::App* tasks =
      program.verb("Look around", "tasks", "List the tasks",
                   "mls tasks\nmls tasks --area optimization-and-theory\nmls tasks --lite --json");
  tasks->add_option("--area", listing->area, "Only this area, by name or abbreviation");
  tasks->add_flag("--lite", listing->lite, "Only the Lite subset");
  tasks->add_flag("--json", listing->json, "Print JSON");
  program.on(tasks, [listing] { return list_tasks(*listing); });

  auto id = std::make_shared<std::string>();
  auto json = std::make_shared<bool>(false);
  CLI::App* show = program.verb("Look around", "show",
                                "Show one task: question, settings, metrics, baselines and their scores",
                                "mls show ml-calibration\nmls show ml-calibration --json");
  show->add_option("TASK", *id, "Task id")->required();
  show->add_flag("--json", *json, "Print JSON");
  program.on(show, [id, json] { return show_task(*id, *json); });
}

}  // namespace mls::cli
