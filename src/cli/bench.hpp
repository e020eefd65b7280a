// What the parts of `mls bench` share.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "evaluate/evaluate.hpp"
#include "evaluate/runner.hpp"
#include "evaluate/toolchain.hpp"

namespace mls::cli::bench {

struct Figure {
  std::string name;
  double value = 0;
  std::string unit;
  std::string ratio_to;  ///< what the value is a ratio to; empty for absolute figures
  std::string target;    ///< for people
};

[[nodiscard]] double seconds_of(const std::function<void()>& action);
[[nodiscard]] double median(std::vector<double> values);

/// The host of this task with this method. Throws infrastructure when it cannot be built.
[[nodiscard]] std::filesystem::path built(const evaluate::Toolchain& toolchain, const task::Task& task,
                                          const evaluate::Method& method);
/// A run with seed 0 on the first core. Throws infrastructure when it fails.
[[nodiscard]] evaluate::RunRecord run_of(const evaluate::Runner& runner, const task::Setting& setting,
                                         const std::filesystem::path& host);

/// Many results: scoring and ranking 1,000,000 runs in memory, and building the index over 100,000 runs in a
/// temporary folder. Made up from the calibrations; nothing when no task is calibrated.
void add_result_figures(const evaluate::Places& places, std::vector<Figure>& figures);

}  // namespace mls::cli::bench
