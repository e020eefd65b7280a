#include "cli/evaluate_options.hpp"

#include "cli/program.hpp"

namespace mls::cli {

void add_evaluate_options(CLI::App& verb, EvaluateArguments& arguments) {
  verb.add_option("--jobs", arguments.jobs, "Runs at a time (default: one per core)")
      ->type_name("N")
      ->check(CLI::Range(1, 4096));
  verb.add_flag("--fresh", arguments.fresh, "Run again what is in the cache");
  verb.add_option("--seal-key", arguments.seal_key,
                  "File with a private key for all draws, at least 16 bytes (default: the public key)")
      ->type_name("FILE");
}

evaluate::Options options_of(const EvaluateArguments& arguments, std::stop_token stop) {
  evaluate::Options options;
  options.jobs = arguments.jobs;
  options.fresh = arguments.fresh;
  if (!arguments.seal_key.empty()) options.seal = evaluate::load_seal(arguments.seal_key);
  options.stop = std::move(stop);
  return options;
}

evaluate::Method method_named(const task::Task& task, const std::string& name) {
  constexpr std::string_view prefix = "baseline:";
  if (!name.starts_with(prefix)) return evaluate::load_method(name);
  return evaluate::load_method(task.source_of(task.baseline(name.substr(prefix.size()))));
}

int exit_code_of(const evaluate::Evaluation& evaluation) {
  return evaluation.any(evaluate::Status::infrastructure) ? exit_code::infrastructure : exit_code::ok;
}

}  // namespace mls::cli
