// How near the submissions to a task are to its baselines.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "report/leaderboard.hpp"
#include "trial/similarity.hpp"

namespace mls::report {

/// By run folder.
using SimilarityByRun = std::map<std::string, std::vector<trial::Similarity>>;

/// Of the submissions among `rows`, by the method.cpp in their run folders below `home`. One that cannot be
/// read is left out; so is everything when a baseline cannot be.
[[nodiscard]] SimilarityByRun similarities_of(const std::filesystem::path& home, const task::Task& task,
                                              const std::vector<TaskRow>& rows);

/// [{"baseline", "one", "three"}], 0 ... 1.
[[nodiscard]] Json to_json(const std::vector<trial::Similarity>& similarities);
/// "nearest baseline imed: 83 % of phrases (3 tokens), 95 % of tokens in common"; empty for none.
[[nodiscard]] std::string nearest_text(const std::vector<trial::Similarity>& similarities);

}  // namespace mls::report
