// From an evaluation to what an agent is told of it.
#pragma once

#include "store/scoring.hpp"
#include "trial/agent.hpp"

namespace mls::trial {

/// Of an evaluation of the visible settings.
[[nodiscard]] TestReport report_of(const store::Yardstick& yardstick, const evaluate::Evaluation& evaluation);

/// Throws infrastructure when a run failed through a fault of the benchmark: then it tells nothing of the
/// method.
void require_no_fault(const evaluate::Evaluation& evaluation);

}  // namespace mls::trial
