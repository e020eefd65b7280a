// What a suite came to, for people and for scripts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "trial/suite_run.hpp"

namespace mls::cli {

/// One agent on one suite.
struct SuiteResult {
  std::string suite;
  const trial::SuiteOrder* order = nullptr;
  std::vector<trial::TrialState> states;  ///< in the order of order->yardsticks
};

/// The contract of `mls run --json` (docs/cli.md). Scores are 0 ... 100, or null where there is none.
[[nodiscard]] Json suite_json(const SuiteResult& result);
/// One line a task, then the means.
[[nodiscard]] std::string suite_text(const SuiteResult& result);

}  // namespace mls::cli
