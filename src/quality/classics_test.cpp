#include "quality/classics.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/locations.hpp"
#include "quality/testing.hpp"
#include "task/task_fixture.hpp"

namespace mls::quality {
namespace {

using testing::calibration_of;
using testing::good_task;

Classic classic_of(const std::string& baseline, const std::string& predecessor) {
  return {"adam", "Adam", 2015, "Kingma & Ba", "momentum", "small", baseline, predecessor, "as published"};
}

TEST(Classics, TheSeventeenAreListed) {
  const auto classics = load_classics(repository_root());
  EXPECT_EQ(classics.size(), 17U);
  for (const auto& classic : classics)
    EXPECT_NE(classic.baseline, classic.predecessor_baseline) << classic.id;
}

TEST(Classics, NameBaselinesThatTheirTasksHave) {
  const auto tasks = task::catalogue(repository_root());
  for (const auto& classic : load_classics(repository_root())) {
    const auto task = std::ranges::find(tasks, classic.task, &task::Task::id);
    if (task == tasks.end()) continue;  // not yet written
    for (const auto& id : {classic.baseline, classic.predecessor_baseline})
      EXPECT_NE(std::ranges::find(task->baselines, id, &task::Baseline::id), task->baselines.end())
          << "reference/classics.toml: " << classic.id << ": task " << classic.task << " has no baseline "
          << id;
  }
}

TEST(Classics, BeatTheirPredecessorOrFallShort) {
  const auto task = good_task();
  const auto calibration = calibration_of(task);
  const auto better = row_of(classic_of("strong", "weak"), &task, &calibration);
  EXPECT_EQ(better.standing, Standing::beats);
  EXPECT_EQ(better.wins, 3);
  EXPECT_EQ(better.settings, 3);
  EXPECT_NEAR(*better.score, 0.5, 1e-9);
  EXPECT_EQ(row_of(classic_of("weak", "strong"), &task, &calibration).standing, Standing::falls_short);
}

TEST(Classics, SayWhyTheyAreNotCovered) {
  const auto task = good_task();
  const auto calibration = calibration_of(task);
  EXPECT_EQ(row_of(classic_of("strong", "weak"), nullptr, nullptr).note, "task small does not exist yet");
  EXPECT_EQ(row_of(classic_of("strong", "weak"), &task, nullptr).note,
            "task small has no usable calibration");
  const auto row = row_of(classic_of("adam", "weak"), &task, &calibration);
  EXPECT_EQ(row.standing, Standing::uncovered);
  EXPECT_EQ(row.note, "task small has no baseline adam yet");
  const Json json = to_json({row})["classics"][0];
  EXPECT_EQ(json["standing"], "not yet covered");
  EXPECT_TRUE(json["score"].is_null());
  EXPECT_NE(text_of({row}).find("not yet covered: task small has no baseline adam yet"), std::string::npos);
}

TEST(Classics, AMistakeInTheFileIsNamedWithItsLine) {
  const task::ExampleRepository repository;
  task::write_plain(repository.root() / "reference" / "classics.toml",
                    "[[classic]]\nid = \"adam\"\nyaer = 2015\n");
  try {
    (void)load_classics(repository.root());
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("classics.toml:3"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace mls::quality
