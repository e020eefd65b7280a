// Protocol `train`, step hook, through real sandboxes: the same training as in one process, to the bit.
#include <gtest/gtest.h>

#include "tests/run_once.hpp"

namespace mls::evaluate {
namespace {

/// One setting, for draws depend on its name: the same network and data, trained with or without a host.
task::Task step_task(bool alone, int steps, int batch) {
  task::Task task;
  task.folder = default_places().root / "tests" / "tasks" / "train-step";
  task.id = "train-step";
  task.limits = {.wall_s = 20, .cpu_s = 10, .memory_mb = 256};
  task::Setting setting;
  setting.id = "network";
  setting.params = {{"alone", alone}, {"steps", steps}, {"inputs", 64}, {"width", 128}, {"batch", batch}};
  task.settings.push_back(setting);
  return task;
}

RunRecord judged(const std::string& method, int steps, int batch = 64) {
  return run_once(step_task(false, steps, batch), method);
}
RunRecord alone(int steps, int batch = 64) { return run_once(step_task(true, steps, batch), "method.cpp"); }

TEST(TrainStep, IsTheTrainingOfOneProcessToTheBit) {
  for (const int batch : {64, 512}) {
    const RunRecord with_host = judged("method.cpp", 200, batch);
    const RunRecord without = alone(200, batch);
    ASSERT_EQ(with_host.status, Status::ok) << with_host.message;
    EXPECT_EQ(with_host.metrics.at("checksum"), without.metrics.at("checksum"));
    EXPECT_EQ(with_host.metrics.at("loss"), without.metrics.at("loss"));
    EXPECT_LT(with_host.metrics.at("loss"), 0.9);
    std::printf("200 steps, batch %d: judge-owned %.1f ms, in one process %.1f ms\n", batch,
                1000 * with_host.metrics.at("seconds"), 1000 * without.metrics.at("seconds"));
  }
}

TEST(TrainStep, TheHostsCopyOfTheParametersIsTheJudges) {
  const RunRecord mirrored = judged("methods/mirror.cpp", 8);
  ASSERT_EQ(mirrored.status, Status::ok) << mirrored.message;
  EXPECT_EQ(mirrored.metrics.at("checksum"), alone(0).metrics.at("checksum"));
}

TEST(TrainStep, DivergenceIsAnOutcome) {
  const RunRecord record = judged("methods/diverges.cpp", 200);
  ASSERT_EQ(record.status, Status::ok) << record.message;
  EXPECT_EQ(record.metrics.at("diverged"), 1);
}

TEST(TrainStep, WhatIsNoNumberIsNamed) {
  const RunRecord record = judged("methods/not_finite.cpp", 8);
  EXPECT_EQ(record.status, Status::protocol_violation);
  EXPECT_NE(record.message.find("update"), std::string::npos) << record.message;
}

}  // namespace
}  // namespace mls::evaluate
