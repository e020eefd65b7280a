// The gates that need runs, judged on what those runs gave: nothing is run here (check.hpp runs).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "evaluate/evaluate.hpp"
#include "quality/gate.hpp"
#include "score/calibration.hpp"
#include "task/task.hpp"

namespace mls::quality {

/// A baseline as the compiler and its includes show it.
struct Compiled {
  std::string baseline;
  std::string error;                   ///< the compiler's message; empty when it compiles
  std::vector<std::string> strangers;  ///< files it includes with quotes that surface.hpp does not offer
};
/// Quoted includes of `source` that are neither surface.hpp nor, as the compiler would find them, among the
/// files that surface.hpp includes. Throws as task::source_closure.
[[nodiscard]] std::vector<std::string> strangers_of(const std::filesystem::path& root, const task::Task& task,
                                                    const std::string& source);
/// Every baseline compiles through the surface alone.
[[nodiscard]] Gate scope_gate(const std::vector<Compiled>& baselines);

/// One of the programs that a baseline's score comes from, and what approximate_instructions() finds in it.
struct Portable {
  std::string program;  ///< "judge", or the baseline
  std::vector<std::string> instructions;
};
/// None of the programs leaves results to the maker of the processor.
[[nodiscard]] Gate portability_gate(const std::vector<Portable>& programs);

/// The same run twice, and what the calibration says of it where that was measured by the same versions of
/// everything.
struct Repeat {
  std::string baseline;
  evaluate::RunRecord first;
  evaluate::RunRecord second;
  std::optional<score::Metrics> calibrated;
};
/// All metrics but timed ones are equal bit by bit, and there is one that is not timed.
[[nodiscard]] Gate determinism_gate(const task::Task& task, const std::vector<Repeat>& repeats);
/// CPU seconds of host and judge together in the dearest run: at most 3 (S), 10 (M), 30 (L). Of two equal
/// runs the cheaper counts: the other one was disturbed.
[[nodiscard]] Gate cost_gate(const task::Task& task, const std::vector<Repeat>& repeats);

struct NullResult {
  std::string name;
  bool must_fail = false;
  evaluate::Evaluation evaluation;
};
/// Each null method scores zero (in the settings it was run in), and each of its failed runs says why.
/// Without a calibration only failed runs are sure to be zero. A task must bring null methods of its own:
/// misdeeds alone do not do.
[[nodiscard]] Gate null_gate(const task::Task& task, const score::Calibration* calibration,
                             const std::vector<NullResult>& results);

}  // namespace mls::quality
