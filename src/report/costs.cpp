#include "report/costs.hpp"

#include <algorithm>

#include "report/leaderboard.hpp"

namespace mls::report {

std::vector<TaskCost> costs_of(const store::Yardsticks& yardsticks) {
  std::vector<TaskCost> costs;
  for (const auto& yardstick : yardsticks.all()) {
    if (!yardstick.calibration || yardstick.calibration->baselines.empty()) continue;
    std::vector<double> seconds;
    for (const auto& record : yardstick.calibration->baselines) seconds.push_back(cpu_seconds(record));
    std::sort(seconds.begin(), seconds.end());
    const int runs = static_cast<int>(yardstick.task.settings.size()) * yardstick.task.seeds;
    costs.push_back({yardstick.task.id, runs, seconds.front(), seconds[seconds.size() / 2], seconds.back()});
  }
  return costs;
}

Json to_json(const std::vector<TaskCost>& costs) {
  Json json = Json::array();
  for (const auto& cost : costs) {
    json.push_back({{"task", cost.task},
                    {"runs", cost.runs},
                    {"cheapest_s", cost.cheapest_s},
                    {"median_s", cost.median_s},
                    {"dearest_s", cost.dearest_s}});
  }
  return json;
}

}  // namespace mls::report
