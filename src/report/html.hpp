// The report as one self-contained file: style sheet and charts inline, no scripts, nothing fetched.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "store/index.hpp"
#include "store/scoring.hpp"

namespace mls::report {

/// Leaderboard, areas, one page per task with raw metrics of baselines and submissions, and costs. Results of
/// the shown submissions are read from their run folders below `home`; one that cannot be read shows dashes.
[[nodiscard]] std::string html_report(const std::filesystem::path& home, const store::Yardsticks& yardsticks,
                                      const store::Snapshot& snapshot);

/// The style sheet.
[[nodiscard]] std::string_view report_style();

}  // namespace mls::report
