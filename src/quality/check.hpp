// Runs what the gates of a task need, and judges.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "evaluate/evaluate.hpp"
#include "quality/gate.hpp"
#include "task/task.hpp"

namespace mls::quality {

struct CheckOptions {
  /// Determinism and cost in the first setting only, instead of in all; null methods up to the first setting
  /// that sinks them.
  bool smoke = false;
  int jobs = 0;  ///< runs of null methods at a time, 0 = one per core; cost is always measured alone
  std::stop_token stop;
  std::function<void(const std::string&)> say = [](const std::string&) {};  ///< what is being checked
};

/// All gates, cheapest first. Throws infrastructure when the machine cannot run methods,
/// evaluate::Interrupted; never for what is wrong with a task that could be loaded.
[[nodiscard]] TaskReport check(const evaluate::Places& places, const task::Task& task,
                               const CheckOptions& options);

}  // namespace mls::quality
