// The report's figures for scripts and spreadsheets.
#pragma once

#include <filesystem>
#include <string>

#include "core/json.hpp"
#include "store/index.hpp"
#include "store/scoring.hpp"

namespace mls::report {

/// {"generated", "leaderboard", "notes", "costs", "tasks": [{..., "leaderboard"}]} (docs/cli.md). The methods
/// of submissions are read from their run folders below `home`.
[[nodiscard]] Json json_report(const std::filesystem::path& home, const store::Yardsticks& yardsticks,
                               const store::Snapshot& snapshot);

/// One line for each score: of a method overall, in an area, on a task, in a setting (docs/cli.md).
[[nodiscard]] std::string csv_report(const std::filesystem::path& home, const store::Yardsticks& yardsticks,
                                     const store::Snapshot& snapshot);

}  // namespace mls::report
