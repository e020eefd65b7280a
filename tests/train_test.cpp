// Protocol `train`, step hook, through real sandboxes: the same training as in one process, to the bit.
#include <gtest/gtest.h>

#include "evaluate/runner.hpp"
#include "evaluate/toolchain.hpp"

namespace mls::evaluate {
namespace {

task::Task step_task() {
  task::Task task;
  task.folder = default_places().root / "tests" / "tasks" / "train-step";
  task.id = "train-step";
  task.limits = {.wall_s = 20, .cpu_s = 10, .memory_mb = 256};
  for (const bool alone : {false, true}) {
    for (const int steps : {0, 8, 200}) {
      task::Setting setting;
      setting.id = (alone ? "alone-" : "judged-") + std::to_string(steps);
      setting.params = {{"alone", alone}, {"steps", steps}, {"inputs", 64}, {"width", 128}, {"batch", 64}};
      task.settings.push_back(setting);
    }
  }
  return task;
}

class TrainStep : public ::testing::Test {
 protected:
  [[nodiscard]] RunRecord run(const std::string& method, const std::string& setting) const {
    const HostBuild build = toolchain_.build(task_, load_method(task_.folder / method));
    EXPECT_EQ(build.status, Status::ok) << build.error;
    return runner_.run({&task_.setting(setting), 0, {}}, build.program, 0, {});
  }

  task::Task task_ = step_task();
  Toolchain toolchain_{default_places()};
  Runner runner_{default_places(), task_, public_seal()};
};

TEST_F(TrainStep, IsTheTrainingOfOneProcessToTheBit) {
  const RunRecord judged = run("method.cpp", "judged-200");
  const RunRecord alone = run("method.cpp", "alone-200");
  ASSERT_EQ(judged.status, Status::ok) << judged.message;
  EXPECT_EQ(judged.metrics.at("checksum"), alone.metrics.at("checksum"));
  EXPECT_EQ(judged.metrics.at("loss"), alone.metrics.at("loss"));
  EXPECT_LT(judged.metrics.at("loss"), 0.9);
  std::printf("judge-owned training: %.1f ms for 200 steps, in one process %.1f ms\n",
              1000 * judged.metrics.at("seconds"), 1000 * alone.metrics.at("seconds"));
}

TEST_F(TrainStep, TheHostsCopyOfTheParametersIsTheJudges) {
  const RunRecord mirrored = run("methods/mirror.cpp", "judged-8");
  ASSERT_EQ(mirrored.status, Status::ok) << mirrored.message;
  EXPECT_EQ(mirrored.metrics.at("checksum"), run("method.cpp", "alone-0").metrics.at("checksum"));
}

TEST_F(TrainStep, DivergenceIsAnOutcome) {
  const RunRecord record = run("methods/diverges.cpp", "judged-200");
  ASSERT_EQ(record.status, Status::ok) << record.message;
  EXPECT_EQ(record.metrics.at("diverged"), 1);
}

TEST_F(TrainStep, WhatIsNoNumberIsNamed) {
  const RunRecord record = run("methods/not_finite.cpp", "judged-8");
  EXPECT_EQ(record.status, Status::protocol_violation);
  EXPECT_NE(record.message.find("update"), std::string::npos) << record.message;
}

}  // namespace
}  // namespace mls::evaluate
