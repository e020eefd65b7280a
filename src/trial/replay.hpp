// Evaluates what a trial tested and submitted once more: the scores must come out the same.
#pragma once

#include <string>
#include <vector>

#include "core/json.hpp"
#include "evaluate/evaluate.hpp"
#include "trial/trial_log.hpp"

namespace mls::trial {

struct Replayed {
  std::string what;  ///< "test 2", "submission", "vanilla"
  std::string method_sha256;
  std::optional<double> recorded;  ///< score, 0 ... 1
  std::optional<double> now;
  std::vector<std::string> differences;  ///< empty when everything is the same
  /// Metrics that a clock measures do not come out the same: differences are then no more than told.
  bool timed = false;
  [[nodiscard]] bool same() const { return differences.empty() || timed; }
};

/// One entry for every test, for the submission and for vanilla. Nothing is taken from the cache of results.
/// Throws bad_input when the trial is not of the present version of its task, of the present calibration or
/// of the seal in `options`, or when what it recorded is missing or damaged; evaluate::Interrupted.
[[nodiscard]] std::vector<Replayed> replay(const evaluate::Places& places, const TrialLog& log,
                                           evaluate::Options options, const evaluate::ProgressSink& progress);

}  // namespace mls::trial
