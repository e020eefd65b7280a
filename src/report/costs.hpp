// What an evaluation costs, by task.
#pragma once

#include <string>
#include <vector>

#include "core/json.hpp"
#include "store/scoring.hpp"

namespace mls::report {

/// CPU seconds that one method's host needs for every setting and seed, over the baselines.
struct TaskCost {
  std::string task;
  int runs = 0;
  double cheapest_s = 0;
  double median_s = 0;
  double dearest_s = 0;
};

/// Of the calibrated tasks, in catalogue order.
[[nodiscard]] std::vector<TaskCost> costs_of(const store::Yardsticks& yardsticks);
[[nodiscard]] Json to_json(const std::vector<TaskCost>& costs);

}  // namespace mls::report
