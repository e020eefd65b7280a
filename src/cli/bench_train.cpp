#include "cli/bench_train.hpp"

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>

#include "evaluate/runner.hpp"
#include "evaluate/toolchain.hpp"

namespace mls::cli::bench {
namespace {

/// A judge of bench/ and the host of a task that speaks its protocol.
struct Training {
  const char* judge;
  const char* host;     ///< folder of the task that the host is taken from
  const char* method;   ///< a file of that folder
  const char* runtime;  ///< of the host
  int steps;            ///< as many as a run of that task has: a start costs two processes more than one
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
  const auto host = built(evaluate::Toolchain(places), host_task,
                          evaluate::load_method(host_task.folder / training.method));
  const task::Task judge_task = task_of(places, training, false);
  const evaluate::Runner runner(places, judge_task, evaluate::public_seal());
  std::vector<double> ratios;
  for (int i = 0; i < 7; ++i) {
    std::vector<double> seconds;
    for (const task::Setting& setting : judge_task.settings)
      seconds.push_back(run_of(runner, setting, host).metrics.at("seconds"));
    ratios.push_back(seconds[0] / seconds[1]);
  }
  return median(ratios);
}

/// A layer that does nothing, forward and backward, with a few numbers and with 200 KB.
void add_component_calls(const evaluate::Places& places, std::vector<Figure>& figures) {
  task::Task task;
  task.folder = places.root / "bench" / "component-round-trip";
  task.id = "component-round-trip";
  task.runtime = "torch";
  task.limits = {.wall_s = 60, .cpu_s = 60, .memory_mb = 1024};
  for (const auto& [id, size] : {std::pair("", 64), std::pair("-200KB", 50'000)}) {
    task::Setting setting;
    setting.id = id;
    setting.params = {{"count", 2000}, {"size", size}};
    task.settings.push_back(setting);
  }
  const auto host =
      built(evaluate::Toolchain(places), task, evaluate::load_method(task.folder / "method.cpp"));
  const evaluate::Runner runner(places, task, evaluate::public_seal());
  for (const task::Setting& setting : task.settings) {
    std::map<std::string, std::vector<double>> microseconds;
    for (int i = 0; i < 3; ++i) {
      for (const auto& [name, value] : run_of(runner, setting, host).metrics)
        microseconds[name].push_back(value);
    }
    for (const char* name : {"forward", "backward"})
      figures.push_back(
          {fmt::format("component.{}{}", name, setting.id), median(microseconds[name]), "us", "", ""});
  }
}

}  // namespace

void add_train_figures(const evaluate::Places& places, std::vector<Figure>& figures) {
  add_component_calls(places, figures);
  struct Measured {
    const char* name;
    Training training;
  };
  const Measured all[] = {
      {"train.step.overhead", {"train-step-gpt", "tests/tasks/train-step", "method.cpp", "plain", 200}},
      {"train.component.overhead",
       {"train-component-cnn", "tasks/deep-learning/dl-activation-function", "method.cpp", "torch", 150}},
      {"train.component.overhead.normalization",
       {"train-component-resnet", "tasks/deep-learning/dl-normalization", "baselines/batch_norm.cpp", "torch",
        200}},
      {"train.component.overhead.attention",
       {"train-component-gpt", "tasks/language-models/llm-pretrain-attention", "baselines/rope.cpp", "torch",
        120}},
      {"train.value-rule.overhead",
       {"train-value-rule", "tasks/reinforcement-learning/rl-value-discrete", "method.cpp", "plain", 24000}},
  };
  for (const Measured& one : all) {
    figures.push_back(
        {one.name, overhead(places, one.training), "ratio", "the same training in one process", "<= 1.3"});
  }
}

}  // namespace mls::cli::bench
