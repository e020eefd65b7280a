// What the verbs that run trials to their end have in common (run, mcp --finish).
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "cli/suite_progress.hpp"
#include "trial/suite_run.hpp"

namespace mls::cli {

/// Makes what is to be run. What it has to say goes through the progress, so that nothing else writes there.
using SuiteMaker = std::function<trial::SuiteOrder(SuiteProgress& progress, std::stop_token stop)>;

/// Runs it while showing how far it is, and prints what it came to: as JSON, or for people. Ctrl-C stops it.
/// Exit code: the worst of its trials'. Throws what `make` and trial::run_suite throw.
[[nodiscard]] int run_and_print(const std::string& suite, const SuiteMaker& make, bool json);

}  // namespace mls::cli
