// Protocol `train`: what a host is sent. A spy stands in the place of a task's scaffold, takes part in the
// training of the task's own judge, and tells every field that it has seen. Nothing but what the hooks
// document may be there: no label, no raw datum, no name.
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

const Fields component_hook{"forward.layer=i64",       "forward.call=i64",  "forward.training=bool",
                            "forward.x=real",          "backward.call=i64", "backward.gradient=real",
                            "parameters.values=whole", "begin.layers=i64"};

Fields with(Fields fields, const Fields& more) {
  fields.insert(more.begin(), more.end());
  return fields;
}

/// Everything that the judge of `task` sends to the host that takes part in training.
Fields traffic_of(task::Task task) {
  const task::Task as_judged = task;
  task.folder = default_places().root / "tests" / "tasks" / "spy";
  task.runtime = "plain";
  const HostBuild build = Toolchain(default_places()).build(task, load_method(task.folder / "method.cpp"));
  EXPECT_EQ(build.status, Status::ok) << build.error;
  const Runner runner(default_places(), as_judged, public_seal());
  const RunRecord record = runner.run({&as_judged.settings.front(), 0, {}}, build.program, 0, {});
  EXPECT_EQ(record.status, Status::crash) << record.message;
  const auto at = record.message.find("seen:");
  EXPECT_NE(at, std::string::npos) << record.message;
  if (at == std::string::npos) return {};
  std::istringstream words(record.message.substr(at + 5));
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

TEST(TrainTraffic, OfTheStepHookIsWhatItsHeaderSays) {
  const task::Task task = test_task("train-step", {{"steps", 8}, {"inputs", 16}, {"width", 8}, {"batch", 8}});
  EXPECT_EQ(traffic_of(task), step_hook);
}

TEST(TrainTraffic, OfTheComponentHookIsWhatItsHeaderSays) {
  const task::Task task =
      test_task("train-component", {{"steps", 4}, {"layers", 2}, {"width", 8}, {"batch", 8}});
  EXPECT_EQ(traffic_of(task), with(component_hook, {"begin.channels=i64"}));
}

TEST(TrainTraffic, OfTasksHoldsNoDataAndNoLabels) {
  const Fields layers{"begin.channels=whole"};
  const Fields model{"model.layers=whole", "model.fan_ins=whole", "model.base_rate=f64",
                     "model.rng_seed=i64"};
  const auto of = [](const std::string& id) { return traffic_of(task::find(default_places().root, id)); };
  EXPECT_EQ(of("dl-activation-function"),
            with(with(component_hook, layers),
                 {"begin.normalized=bool", "begin.convolutional=bool", "forget.call=i64"}));
  EXPECT_EQ(of("dl-normalization"), with(component_hook, layers));
  EXPECT_EQ(of("llm-pretrain-optimizer"), with(step_hook, model));
  EXPECT_EQ(of("llm-pretrain-attention"), with(component_hook, {"positions.rng_seed=i64", "begin.width=i64",
                                                                "begin.heads=i64", "begin.context=i64"}));
}

}  // namespace
}  // namespace mls::evaluate
