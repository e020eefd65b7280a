#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/evaluate_options.hpp"
#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/verbs.hpp"
#include "core/error.hpp"
#include "core/locations.hpp"
#include "report/format.hpp"
#include "report/table.hpp"
#include "trial/atif.hpp"
#include "trial/replay.hpp"
#include "trial/trace.hpp"
#include "trial/trial_log.hpp"

namespace mls::cli {
namespace {

struct TraceArguments {
  std::string trial;
  bool json = false;
  bool atif = false;
};

int trace(const TraceArguments& arguments) {
  const auto log = trial::TrialLog::named(user_home(), arguments.trial);
  if (arguments.atif) {
    print_json(trial::atif_trajectory(log.id(), log.events()));
  } else if (arguments.json) {
    print_json(Json(log.events()));
  } else {
    print_result(trial::trace_text(log.events()));
  }
  return exit_code::ok;
}

struct ReplayArguments {
  std::string trial;
  bool json = false;
  EvaluateArguments evaluate;
};

Json json_of(const trial::Replayed& one) {
  const auto score = [](const std::optional<double>& value) {
    return value ? Json(100 * *value) : Json(nullptr);
  };
  return {{"what", one.what},
          {"method_sha256", one.method_sha256},
          {"recorded", score(one.recorded)},
          {"now", score(one.now)},
          {"same", one.same()},
          {"differences", one.comparison.differences},
          {"not_compared", one.comparison.not_compared}};
}

std::string text_of(const std::vector<trial::Replayed>& all) {
  using report::Align;
  report::Table table({{"", Align::left}, {"method", Align::left}, {"recorded"}, {"now"}, {"", Align::left}});
  std::string differences;
  for (const auto& one : all) {
    table.row({one.what, one.method_sha256.substr(0, 12), report::score_text(one.recorded),
               report::score_text(one.now),
               !one.same()                           ? "DIFFERS"
               : one.comparison.not_compared.empty() ? "same"
                                                     : "same, but for what a clock measures"});
    for (const auto& difference : one.comparison.differences)
      differences += fmt::format("{}: {}\n", one.what, difference);
    if (!one.comparison.not_compared.empty()) {
      differences += fmt::format("{}: not compared, for a clock measures it: {}\n", one.what,
                                 fmt::join(one.comparison.not_compared, ", "));
    }
  }
  return table.text() + differences;
}

int replay(const ReplayArguments& arguments) {
  const auto places = evaluate::default_places();
  const auto log = trial::TrialLog::named(places.home, arguments.trial);
  const StopOnSignal stop;
  const auto options = options_of(arguments.evaluate, stop.token());
  const auto all = [&] {
    ProgressLine progress(log.key().task);
    return trial::replay(places, log, options, progress.sink());
  }();
  if (all.empty()) {
    throw bad_input(fmt::format(
        "{} has no finished test and is not scored: there is nothing to replay yet; the same `mls "
        "run` or `mls mcp` goes on with it, `mls trace` shows how far it is",
        log.id()));
  }
  if (arguments.json) {
    Json json = Json::array();
    for (const auto& one : all) json.push_back(json_of(one));
    print_json(json);
  } else {
    print_result(text_of(all));
  }
  return std::ranges::all_of(all, [](const auto& one) { return one.same(); }) ? exit_code::ok
                                                                              : exit_code::check_failed;
}

}  // namespace

void add_trial(Program& program) {
  auto tracing = std::make_shared<TraceArguments>();
  CLI::App* trace_verb =
      program.verb("Measure", "trace", "Show what an agent did in a trial, step by step",
                   "mls trace ml-calibration-tuner\nmls trace ml-calibration-tuner --json\n"
                   "mls trace ml-calibration-tuner --atif > trajectory.json");
  trace_verb->add_option("TRIAL", tracing->trial, "Its id, the beginning of it, or its folder")->required();
  CLI::Option* json = trace_verb->add_flag("--json", tracing->json, "Print JSON: the events as they are");
  trace_verb
      ->add_flag("--atif", tracing->atif,
                 "Print JSON: a trajectory in the format ATIF v1.7, which Harbor and its tools read")
      ->excludes(json);
  program.on(trace_verb, [tracing] { return trace(*tracing); });

  auto replaying = std::make_shared<ReplayArguments>();
  CLI::App* replay_verb =
      program.verb("Measure", "replay",
                   "Evaluate what a trial tested and submitted once more: the scores must be the same",
                   "mls replay ml-calibration-tuner");
  replay_verb->add_option("TRIAL", replaying->trial, "Its id, the beginning of it, or its folder")
      ->required();
  replay_verb->add_flag("--json", replaying->json, "Print JSON");
  add_evaluate_options(*replay_verb, replaying->evaluate);
  program.on(replay_verb, [replaying] { return replay(*replaying); });
}

}  // namespace mls::cli
