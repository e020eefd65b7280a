// Evaluates what a trial tested and submitted once more: the scores must come out the same.
#pragma once

#include <string>
#include <vector>

#include "core/json.hpp"
#include "evaluate/evaluate.hpp"
#include "trial/trial_log.hpp"

namespace mls::trial {

/// What a record says against what comes out now. What a clock measures differs each time: those metrics are
/// not compared, nor are the scores that depend on them; everything else must be the same to the bit.
struct Comparison {
  std::vector<std::string> differences;   ///< empty when everything that is compared is the same
  std::vector<std::string> not_compared;  ///< "score", "metric speedup"; each once
};
[[nodiscard]] Comparison compared(const task::Task& task, const TestReport& before, const TestReport& now);
/// Status and metrics of every run.
[[nodiscard]] Comparison compared(const task::Task& task, const evaluate::Evaluation& before,
                                  const evaluate::Evaluation& now);

struct Replayed {
  std::string what;  ///< "test 2", "submission", "vanilla"
  std::string method_sha256;
  std::optional<double> recorded;  ///< score, 0 ... 1
  std::optional<double> now;
  Comparison comparison;
  [[nodiscard]] bool same() const { return comparison.differences.empty(); }
};

/// One entry for every test, for the submission and for vanilla. Nothing is taken from the cache of results.
/// Throws bad_input when the trial is not of the present version of its task, of the present calibration or
/// of the seal in `options`, or when what it recorded is missing or damaged; evaluate::Interrupted.
[[nodiscard]] std::vector<Replayed> replay(const evaluate::Places& places, const TrialLog& log,
                                           evaluate::Options options, const evaluate::ProgressSink& progress);

}  // namespace mls::trial
