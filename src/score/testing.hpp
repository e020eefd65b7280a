// A small task and calibration for the tests of this folder.
#pragma once

#include <string>

#include "score/calibration.hpp"
#include "task/task.hpp"

namespace mls::score::testing {

/// Three seeds; settings `easy` (error on log, and accuracy with bound 1), `plain` (accuracy, unbounded),
/// `far` (hidden, error); baselines weak, middle, strong.
inline task::Task small_task() {
  task::Task task;
  task.id = "small";
  task.seeds = 3;
  task.metrics = {{"error", task::Direction::lower, "", 0.9}, {"accuracy", task::Direction::higher, "", {}}};
  const task::Term error{"error", 3, task::Transform::log, {}};
  const task::Term bounded{"accuracy", 1, task::Transform::identity, 1.0};
  const task::Term plain{"accuracy", 1, task::Transform::identity, {}};
  task.settings = {{"easy", false, "", "", {}, {error, bounded}},
                   {"plain", false, "", "", {}, {plain}},
                   {"far", true, "", "", {}, {error}}};
  task.baselines = {{"weak", "", "", true}, {"middle", "", "", false}, {"strong", "", "", false}};
  return task;
}

/// Of a method of `quality` 0, 1, 2, ...: the higher the better everywhere, with some spread over seeds.
inline Metrics metrics_of(double quality, int seed) {
  const double x = quality + 0.1 * seed;
  return {{"error", 0.5 / (1 + x)}, {"accuracy", 0.5 + 0.1 * x}};
}

inline Runs runs_of(const task::Task& task, double quality) {
  Runs runs;
  for (const auto& setting : task.settings) {
    for (int seed = 0; seed < task.seeds; ++seed) runs[setting.id].push_back(metrics_of(quality, seed));
  }
  return runs;
}

inline Calibration small_calibration(const task::Task& task) {
  Calibration result{task.id, std::string(64, 'a'), "public", {{"clang", "19.1"}, {"eigen", "3.4"}}, {}, {}};
  double quality = 0;
  for (const auto& baseline : task.baselines) {
    BaselineRecord record{baseline.id, std::string(64, 'b'), {}};
    for (const auto& [setting, seeds] : runs_of(task, quality)) {
      for (const auto& metrics : seeds) {
        auto& runs = record.settings[setting];
        runs.push_back({static_cast<int>(runs.size()), metrics, 0.25});
      }
    }
    result.baselines.push_back(std::move(record));
    quality += 1;
  }
  result.anchors = anchors_of(task, result.baselines);
  return result;
}

}  // namespace mls::score::testing
