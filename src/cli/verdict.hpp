// What eval, test and submit share around scoring.
#pragma once

#include <filesystem>

#include "store/scoring.hpp"

namespace mls::cli {

/// As store::yardstick_of, but a calibration.json that cannot be read is an error: a silent "no score" would
/// hide it.
[[nodiscard]] store::Yardstick yardstick_for_scoring(const std::filesystem::path& root,
                                                     const task::Task& task);

}  // namespace mls::cli
