// Options that eval, calibrate, prepare, test and submit share.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

#include <CLI/CLI.hpp>

#include "evaluate/evaluate.hpp"

namespace mls::cli {

struct EvaluateArguments {
  int jobs = 0;
  bool fresh = false;
  std::filesystem::path seal_key;
};

void add_evaluate_options(CLI::App& verb, EvaluateArguments& arguments);

/// Reads the seal key when one is named.
[[nodiscard]] evaluate::Options options_of(const EvaluateArguments& arguments, std::stop_token stop);

/// The source that `--method` names: a file, or `baseline:ID` of the task.
[[nodiscard]] evaluate::Method method_named(const task::Task& task, const std::string& name);

/// Exit code of a finished evaluation: 3 when any run failed through our fault, else 0.
[[nodiscard]] int exit_code_of(const evaluate::Evaluation& evaluation);

}  // namespace mls::cli
