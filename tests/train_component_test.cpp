// Protocol `train`, component hook, through real sandboxes: judge and host with libtorch compute what one
// process does, to the bit; caps hold; nothing but parameters and buffers reaches evaluation.
#include <gtest/gtest.h>

#include "tests/run_once.hpp"

namespace mls::evaluate {
namespace {

task::Task component_task(bool alone, int steps, int batch) {
  task::Task task;
  task.folder = default_places().root / "tests" / "tasks" / "train-component";
  task.id = "train-component";
  task.runtime = "torch";
  task.limits = {.wall_s = 20, .cpu_s = 10, .memory_mb = 512};
  task::Setting setting;
  setting.id = "network";
  setting.params = {{"alone", alone}, {"steps", steps}, {"layers", 4}, {"width", 64}, {"batch", batch}};
  task.settings.push_back(setting);
  return task;
}

RunRecord judged(const std::string& method, int steps, int batch = 64) {
  return run_once(component_task(false, steps, batch), method);
}

TEST(TrainComponent, IsTheTrainingOfOneProcessToTheBit) {
  for (const int batch : {64, 512}) {
    const RunRecord hosted = judged("method.cpp", 60, batch);
    const RunRecord alone = run_once(component_task(true, 60, batch), "method.cpp");
    ASSERT_EQ(hosted.status, Status::ok) << hosted.message;
    ASSERT_EQ(alone.status, Status::ok) << alone.message;
    EXPECT_EQ(hosted.metrics.at("checksum"), alone.metrics.at("checksum"));
    EXPECT_EQ(hosted.metrics.at("loss"), alone.metrics.at("loss"));
    EXPECT_LT(hosted.metrics.at("loss"), 0.8 * judged("method.cpp", 1, batch).metrics.at("loss"));
    std::printf("60 steps, batch %d: judge-owned %.1f ms, in one process %.1f ms\n", batch,
                1000 * hosted.metrics.at("seconds"), 1000 * alone.metrics.at("seconds"));
  }
}

TEST(TrainComponent, TensorsThatFindNoPlaceInTheMemoryMakeNoDifference) {
  // Of 5 MB each: more of them are open than there is room for. Of 18 MB: one alone is too many.
  for (const int batch : {20'000, 70'000}) {
    task::Task hosted = component_task(false, 2, batch);
    task::Task alone = component_task(true, 2, batch);
    for (task::Task* const one : {&hosted, &alone}) one->limits.memory_mb = 2048;
    const RunRecord by_message = run_once(hosted, "method.cpp");
    const RunRecord in_one = run_once(alone, "method.cpp");
    ASSERT_EQ(by_message.status, Status::ok) << by_message.message;
    ASSERT_EQ(in_one.status, Status::ok) << in_one.message;
    EXPECT_EQ(by_message.metrics.at("checksum"), in_one.metrics.at("checksum")) << batch;
    EXPECT_EQ(by_message.metrics.at("loss"), in_one.metrics.at("loss")) << batch;
  }
}

TEST(TrainComponent, MoreParametersThanTheCapAreRefused) {
  const RunRecord record = judged("methods/greedy.cpp", 4);
  EXPECT_EQ(record.status, Status::invalid_output);
  EXPECT_NE(record.message.find("layer 0 has 4096 parameters; at most 128"), std::string::npos)
      << record.message;
}

TEST(TrainComponent, WithoutCapsMoreIsTaken) {
  const RunRecord record = run_once(component_task(false, 4, 64), "methods/greedy.cpp", false);
  EXPECT_EQ(record.status, Status::ok) << record.message;
}

TEST(TrainComponent, WhatIsNotDeclaredIsLostInEvaluation) {
  const RunRecord record = judged("methods/remembers.cpp", 200);
  ASSERT_EQ(record.status, Status::ok) << record.message;
  // It learnt in its process, and the network with it; without what it had learnt the network is worse.
  EXPECT_GT(record.metrics.at("error"), 2 * record.metrics.at("loss"));
}

TEST(TrainComponent, WhatIsMisshapenOrNoNumberIsNamed) {
  for (const char* method : {"methods/misshapen.cpp", "methods/not_finite.cpp"}) {
    const RunRecord record = judged(method, 4);
    EXPECT_EQ(record.status, Status::protocol_violation) << method;
    EXPECT_NE(record.message.find("'y'"), std::string::npos) << method << ": " << record.message;
  }
}

TEST(TrainComponent, ALayerWithoutGraphIsALayer) {
  const RunRecord record = judged("methods/deaf.cpp", 4);
  EXPECT_EQ(record.status, Status::ok) << record.message;
}

RunRecord probed(const std::string& method) {
  task::Task task = component_task(false, 30, 32);
  task.settings.front().params["probes"] = true;
  return run_once(task, method);
}

TEST(TrainComponent, ProbesLetAnHonestLayerPass) {
  const RunRecord record = probed("methods/pointwise.cpp");
  EXPECT_EQ(record.status, Status::ok) << record.message;
}

TEST(TrainComponent, ProbesFindWhatALayerMayNotDependOn) {
  for (const auto& [method, finding] : std::vector<std::pair<std::string, std::string>>{
           {"methods/hidden_statistics.cpp", "other rows of the call: an output that was"},
           {"methods/two_faces.cpp", "other rows of the call: an output that was"},
           {"methods/mixes_channels.cpp", "depends on other channels"},
           {"methods/counts_calls.cpp", "an output that was"}}) {
    const RunRecord record = probed(method);
    EXPECT_EQ(record.status, Status::invalid_output) << method << ": " << record.message;
    EXPECT_NE(record.message.find(finding), std::string::npos) << method << ": " << record.message;
  }
}

}  // namespace
}  // namespace mls::evaluate
