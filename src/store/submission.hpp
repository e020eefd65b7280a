// From a method to a recorded score: the only way anything gets onto the leaderboard.
#pragma once

#include <string>

#include "evaluate/evaluate.hpp"
#include "store/run_folder.hpp"
#include "store/scoring.hpp"

namespace mls::store {

struct Submission {
  Result result;
  /// False when runs failed through a fault of the benchmark: the run folder then stays unfinished and does
  /// not count.
  bool recorded = false;
};

/// Makes a run folder, evaluates all settings and seeds (`options` may not narrow them), logs every run as it
/// ends, and writes result.json. Throws what evaluate() throws; the folder then stays unfinished. Finished
/// runs are in the result cache, so submitting again goes on where this stopped.
[[nodiscard]] Submission submit(const evaluate::Places& places, const Yardstick& yardstick,
                                const std::string& label, const evaluate::Method& method,
                                evaluate::Options options, const evaluate::ProgressSink& progress);

}  // namespace mls::store
