// A small task whose gates pass, for the tests of this folder.
#pragma once

#include "score/calibration.hpp"
#include "score/testing.hpp"
#include "task/task.hpp"

namespace mls::quality::testing {

/// score::testing::small_task with a tier, distinct parameters and a fact that holds everywhere.
inline task::Task good_task() {
  task::Task task = score::testing::small_task();
  task.tier = "S";
  int size = 10;
  for (auto& setting : task.settings) setting.params = {{"size", size++}};
  task.expectations = {{"*", "accuracy", "strong", "weak", "Someone 1990, Figure 1"}};
  return task;
}

inline score::Calibration calibration_of(const task::Task& task) {
  return score::testing::small_calibration(task);
}

}  // namespace mls::quality::testing
