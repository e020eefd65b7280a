#include "cli/bench_train.hpp"

#include "core/error.hpp"
#include "evaluate/runner.hpp"
#include "evaluate/toolchain.hpp"
#include "evaluate/workers.hpp"

namespace mls::cli::bench {
namespace {

/// A judge of bench/ and the host of a task that speaks its protocol.
struct Training {
  const char* judge;
  const char* host;     ///< folder of the task that the host is taken from
  const char* runtime;  ///< of the host
  int steps;
};

task::Task task_of(const evaluate::Places& places, const Training& training, bool host) {
  task::Task task;
  task.folder = host ? places.root / training.host : places.root / "bench" / training.judge;
  task.id = training.judge;
  task.runtime = training.runtime;
  task.limits = {.wall_s = 60, .cpu_s = 60, .memory_mb = 1024};
  for (const bool alone : {false, true}) {
    task::Setting setting;
    setting.id = alone ? "alone" : "hosted";
    setting.params = {{"alone", alone}, {"steps", training.steps}};
    task.settings.push_back(setting);
  }
  return task;
}

double overhead(const evaluate::Places& places, const Training& training) {
  const task::Task host_task = task_of(places, training, true);
  const evaluate::HostBuild build =
      evaluate::Toolchain(places).build(host_task, evaluate::load_method(host_task.folder / "method.cpp"));
  if (build.status != evaluate::Status::ok) throw infrastructure("bench: " + build.error);
  const task::Task judge_task = task_of(places, training, false);
  const evaluate::Runner runner(places, judge_task, evaluate::public_seal());
  std::vector<double> ratios;
  for (int i = 0; i < 5; ++i) {
    std::vector<double> seconds;
    for (const task::Setting& setting : judge_task.settings) {
      const evaluate::RunRecord record =
          runner.run({&setting, 0, {}}, build.program, evaluate::usable_cores().front(), {});
      if (record.status != evaluate::Status::ok) throw infrastructure("bench: " + record.message);
      seconds.push_back(record.metrics.at("seconds"));
    }
    ratios.push_back(seconds[0] / seconds[1]);
  }
  return median(ratios);
}

}  // namespace

void add_train_figures(const evaluate::Places& places, std::vector<Figure>& figures) {
  const Training step{"train-step-gpt", "tests/tasks/train-step", "plain", 60};
  const Training component{"train-component-cnn", "tasks/deep-learning/dl-activation-function", "torch", 60};
  figures.push_back(
      {"train.step.overhead", overhead(places, step), "ratio", "the same training in one process", "<= 1.3"});
  figures.push_back({"train.component.overhead", overhead(places, component), "ratio",
                     "the same training in one process", "<= 1.3"});
}

}  // namespace mls::cli::bench
