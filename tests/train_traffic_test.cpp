// Protocol `train`: what a host is sent. A spy stands in the place of a task's scaffold, takes part in the
// training of the task's own judge, and tells every field that it has seen. Nothing but what the hooks
// document may be there: no label, no raw datum, no name. Looked at while the network trains, in the
// process that evaluates and in the one that is probed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "evaluate/runner.hpp"
#include "evaluate/toolchain.hpp"

namespace mls::evaluate {
namespace {

using Fields = std::set<std::string>;

const Fields step_hook{"begin.steps=i64", "begin.roles=text", "begin.shape=whole", "begin.values=real",
                       "step.step=i64",   "step.scale=f64",   "step.loss=f64",     "step.gradient=real"};

const Fields component_hook{"forward.layer=i64",   "forward.call=i64",  "forward.training=bool",
                            "forward.x=real",      "backward.call=i64", "backward.gradient=real",
                            "forward.values=real", "begin.layers=i64"};

const Fields evaluated_component{"forward.layer=i64", "forward.call=i64",    "forward.training=bool",
                                 "forward.x=real",    "restore.values=real", "restore.buffers=whole",
                                 "begin.layers=i64"};

const Fields rules{"begin.actions=i64", "begin.gamma=f64",    "begin.updates=i64", "begin.batch=i64",
                   "begin.rules=i64",   "begin.rng_seed=i64", "q.z=real",          "q.columns=whole"};

Fields with(Fields fields, const Fields& more) {
  fields.insert(more.begin(), more.end());
  return fields;
}

/// Which message a spy sees last.
struct Until {
  std::string kind;
  int restores = 0;  ///< that the same process was told before
};
const Until trained{"carry"};
const Until finished{"finish"};
/// Only the process that evaluates and the one that is probed are told parameters of old; each recorded call
/// that is probed brings its own.
const Until evaluating{"forward", 1};
const Until probed{"forward", 3};

/// Everything that the judge of `task` sends to one of its hosts.
Fields traffic_of(task::Task task, const Until& until) {
  const task::Task as_judged = task;
  task.folder = default_places().root / "tests" / "tasks" / "spy";
  task.runtime = "plain";
  const Method spy = method_from_source(
      fmt::format("#include \"surface.hpp\"\nUntil spy_until() {{ return {{\"{}\", {}}}; }}\n", until.kind,
                  until.restores));
  const HostBuild build = Toolchain(default_places()).build(task, spy);
  EXPECT_EQ(build.status, Status::ok) << build.error;
  const Runner runner(default_places(), as_judged, public_seal());
  const RunRecord record = runner.run({&as_judged.settings.front(), 0, {}}, build.program, 0, {});
  EXPECT_EQ(record.status, Status::crash) << record.message;
  const auto at = record.message.find("seen:");
  EXPECT_NE(at, std::string::npos) << record.message;
  if (at == std::string::npos) return {};
  // What follows in parentheses says which process of the run it was.
  std::istringstream words(record.message.substr(at + 5, record.message.find(" (", at) - at - 5));
  Fields fields;
  for (std::string word; words >> word;) fields.insert(word);
  return fields;
}

task::Task test_task(const std::string& id, const Json& params) {
  task::Task task;
  task.folder = default_places().root / "tests" / "tasks" / id;
  task.id = id;
  task.limits = {.wall_s = 20, .cpu_s = 10, .memory_mb = 256};
  task::Setting setting;
  setting.id = "network";
  setting.params = params;
  task.settings.push_back(setting);
  return task;
}

/// A task of the benchmark, its first setting cut short: what is sent does not depend on how often.
task::Task shortened(const std::string& id, const Json& changes) {
  task::Task task = task::find(default_places().root, id);
  task.settings.front().params.update(changes);
  return task;
}

/// `begin`: what the task tells of its layers.
void expect_fresh_hosts_know(const task::Task& task, const Fields& begin) {
  EXPECT_EQ(traffic_of(task, evaluating), with(evaluated_component, begin));
  Fields probes = traffic_of(task, probed);
  probes.erase("forget.call=i64");  // where calls of the training are probed
  EXPECT_EQ(probes, with(evaluated_component, begin));
}

TEST(TrainTraffic, OfTheStepHookIsWhatItsHeaderSays) {
  const task::Task task = test_task("train-step", {{"steps", 8}, {"inputs", 16}, {"width", 8}, {"batch", 8}});
  EXPECT_EQ(traffic_of(task, finished), step_hook);
}

TEST(TrainTraffic, OfTheComponentHookIsWhatItsHeaderSays) {
  const task::Task task = test_task(
      "train-component", {{"steps", 4}, {"layers", 2}, {"width", 8}, {"batch", 8}, {"probes", true}});
  const Fields channels{"begin.channels=i64"};
  EXPECT_EQ(traffic_of(task, trained), with(component_hook, channels));
  expect_fresh_hosts_know(task, channels);
}

TEST(TrainTraffic, OfTasksWithLayersHoldsNoDataAndNoLabels) {
  const Json brief{{"steps", 10}};
  const auto activation = shortened("dl-activation-function", brief);
  const Fields layers{"begin.channels=whole", "begin.normalized=bool", "begin.convolutional=bool"};
  EXPECT_EQ(traffic_of(activation, trained), with(component_hook, with(layers, {"forget.call=i64"})));
  expect_fresh_hosts_know(activation, layers);

  const auto normalization = shortened("dl-normalization", brief);
  EXPECT_EQ(traffic_of(normalization, trained), with(component_hook, {"begin.channels=whole"}));
  expect_fresh_hosts_know(normalization, {"begin.channels=whole"});

  const auto attention = shortened("llm-pretrain-attention", brief);
  const Fields model{"positions.rng_seed=i64", "begin.width=i64", "begin.heads=i64", "begin.context=i64"};
  EXPECT_EQ(traffic_of(attention, trained), with(component_hook, model));
  expect_fresh_hosts_know(attention, model);
}

TEST(TrainTraffic, OfTheOptimizerHoldsNoDataAndNoLabels) {
  EXPECT_EQ(traffic_of(shortened("llm-pretrain-optimizer", {{"steps", 10}}), finished),
            with(step_hook,
                 {"model.layers=whole", "model.fan_ins=whole", "model.base_rate=f64", "model.rng_seed=i64"}));
}

// Neither observations nor what they are of: outputs of networks, actions, rewards.
TEST(TrainTraffic, OfValueLearningHoldsNoObservations) {
  const auto task = shortened("rl-value-discrete", {{"steps", 2000}, {"replicas", 1}});
  EXPECT_EQ(traffic_of(task, finished),
            with(rules, {"gradient.z=real", "gradient.zt_next=real", "gradient.z_next=real",
                         "gradient.z_target=real", "gradient.action=whole", "gradient.reward=real",
                         "gradient.discount=real"}));
  EXPECT_EQ(traffic_of(task, {"finish", 1}), with(rules, {"restore.values=whole", "restore.sizes=whole"}));
}

}  // namespace
}  // namespace mls::evaluate
