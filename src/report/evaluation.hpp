// One evaluation, for scripts and for people.
#pragma once

#include <string>
#include <vector>

#include "core/json.hpp"
#include "evaluate/evaluate.hpp"
#include "score/calibration.hpp"
#include "store/scoring.hpp"
#include "task/task.hpp"

namespace mls::report {

/// The stable contract of `mls eval --json` (docs/cli.md). Scores are 0 ... 100, or null where there is none.
[[nodiscard]] Json evaluation_json(const task::Task& task, const evaluate::Evaluation& evaluation,
                                   const store::Scored& scored);

/// Table of settings: score, every metric as mean ± standard error over seeds; below it what failed and why.
[[nodiscard]] std::string evaluation_text(const task::Task& task, const evaluate::Evaluation& evaluation,
                                          const store::Scored& scored);

/// Table of the visible settings: the method's scores among the baselines', best first.
[[nodiscard]] std::string beside_baselines_text(const task::Task& task, const score::TaskScore& score,
                                                const std::vector<score::BaselineScore>& baselines);

/// Failures grouped by setting, status and message, a compiler's message once and in full; empty when all
/// runs are ok.
[[nodiscard]] std::string failures_text(const evaluate::Evaluation& evaluation);

}  // namespace mls::report
