// What the first test of a trial was worth, on all settings.
#pragma once

#include <filesystem>
#include <optional>

#include "score/score.hpp"
#include "store/index.hpp"
#include "store/scoring.hpp"

namespace mls::trial {

/// Of the trial in this folder, by the present calibration; none without one. Throws bad_input naming the
/// file when it is missing or cannot be read.
[[nodiscard]] std::optional<score::TaskScore> vanilla_score(const store::Yardstick& yardstick,
                                                            const std::filesystem::path& trial_folder);

/// Sets Entry::vanilla of the submissions that finished trials made. What cannot be read becomes a fault.
void add_vanilla(const std::filesystem::path& home, const store::Yardsticks& yardsticks,
                 store::Snapshot& snapshot);

}  // namespace mls::trial
