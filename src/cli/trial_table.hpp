// The trials of a suite while they run, one row each.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "trial/suite_run.hpp"

namespace mls::cli {

/// At most `lines` lines (three or more), with newlines between them: a head and the trials in the suite's
/// order. Where not all of them fit, those that run come first, then those that wait, and a last line counts
/// the rest.
[[nodiscard]] std::string trial_table(const std::vector<trial::TrialState>& states,
                                      std::chrono::steady_clock::time_point now, std::size_t lines);

}  // namespace mls::cli
