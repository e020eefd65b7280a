// `mls attacks`: carries out the attack corpus. Each attack runs in a process of its own (this program
// again), so that one that brings the harness itself down is one row of the table.
#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "attacks/attack.hpp"
#include "attacks/run.hpp"
#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/verbs.hpp"
#include "core/error.hpp"
#include "core/subprocess.hpp"
#include "core/text.hpp"
#include "evaluate/workers.hpp"
#include "report/table.hpp"

namespace mls::cli {
namespace {

using attacks::Attack;
using attacks::Result;

struct AttackArguments {
  std::vector<std::string> names;
  bool json = false;
  int jobs = 0;
};

constexpr double longest_attack_s = 300;

std::vector<Attack> chosen(std::vector<Attack> corpus, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (std::any_of(corpus.begin(), corpus.end(), [&](const Attack& attack) { return attack.name == name; }))
      continue;
    throw usage_error(fmt::format("there is no attack \"{}\"; `mls attacks --list` shows all", name));
  }
  if (names.empty()) return corpus;
  std::erase_if(corpus, [&](const Attack& attack) {
    return std::find(names.begin(), names.end(), attack.name) == names.end();
  });
  return corpus;
}

/// What an attack became when its process did not say.
Result without_result(const Attack& attack, const Finished& finished) {
  Result result;
  result.name = attack.name;
  result.route = attack.route;
  result.outcome = "infrastructure";
  result.message = plain_text(finished.err, 2000);
  result.faults.push_back(finished.timed_out ? fmt::format("no verdict after {} s", longest_attack_s)
                          : finished.signal != 0
                              ? fmt::format("the harness was ended by signal {}", finished.signal)
                              : fmt::format("the harness ended with exit code {}", finished.exit_code));
  return result;
}

Result in_own_process(const Attack& attack) {
  const Finished finished = run_command({.argv = {"/proc/self/exe", "attacks", attack.name, "--json"},
                                         .folder = {},
                                         .environment = {},
                                         .timeout_s = longest_attack_s});
  const Json json = Json::parse(finished.out, nullptr, false);
  if (!json.is_array() || json.size() != 1) return without_result(attack, finished);
  return attacks::result_from_json(json[0]);
}

/// Threads and what they start stay on this core.
void stay_on(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(core), &set);
  ::sched_setaffinity(0, sizeof set, &set);
}

std::vector<Result> carry_out_all(const evaluate::Places& places, const std::vector<Attack>& corpus,
                                  int jobs) {
  say("attacks: evaluating the honest methods");
  for (const Attack& attack : corpus) (void)attacks::honest_evaluation(places, attack);
  const StopOnSignal stop;
  std::vector<Result> results(corpus.size());
  std::mutex mutex;
  std::size_t done = 0;
  evaluate::run_jobs(static_cast<int>(corpus.size()), jobs, stop.token(), [&](int index, int core) {
    stay_on(core);
    const auto at = static_cast<std::size_t>(index);
    results[at] = in_own_process(corpus[at]);
    const std::scoped_lock lock(mutex);
    say(fmt::format(
        "attacks: {}/{} {}: {}{}", ++done, corpus.size(), results[at].name, results[at].outcome,
        results[at].passed ? "" : fmt::format(", FAILED: {}", fmt::join(results[at].faults, "; "))));
  });
  if (stop.token().stop_requested()) throw evaluate::Interrupted();
  return results;
}

std::string table_of(const std::vector<Result>& results) {
  report::Table table({{"attack", report::Align::left},
                       {"route", report::Align::left},
                       {"outcome", report::Align::left},
                       {"gained"},
                       {"s"},
                       {"", report::Align::left}});
  for (const Result& result : results) {
    table.row({result.name, result.route, result.outcome, fmt::format("{:.1f}", result.score_gained),
               fmt::format("{:.1f}", result.seconds), result.passed ? "passed" : "FAILED"});
  }
  std::string text = table.text();
  for (const Result& result : results) {
    for (const std::string& fault : result.faults) text += fmt::format("\n{}: {}", result.name, fault);
    if (!result.passed && !result.message.empty())
      text += fmt::format("\n{}: verdict: {}", result.name, result.message);
  }
  const auto failed =
      std::count_if(results.begin(), results.end(), [](const Result& result) { return !result.passed; });
  const auto gained = std::count_if(results.begin(), results.end(),
                                    [](const Result& result) { return result.outcome == "gained"; });
  text += fmt::format("\n{} of {} attacks gained; {} failed their check\n", gained, results.size(), failed);
  return text;
}

void print_list(const std::vector<Attack>& corpus) {
  report::Table table({{"attack", report::Align::left},
                       {"task", report::Align::left},
                       {"route", report::Align::left},
                       {"tries", report::Align::left}});
  for (const Attack& attack : corpus) table.row({attack.name, attack.task, attack.route, attack.tries});
  print_result(table.text());
}

int run_attacks(const AttackArguments& arguments) {
  const auto places = evaluate::default_places();
  const std::vector<Attack> corpus = chosen(attacks::load_corpus(places.root), arguments.names);
  const std::vector<Result> results = corpus.size() == 1
                                          ? std::vector{attacks::carry_out(places, corpus.front())}
                                          : carry_out_all(places, corpus, arguments.jobs);
  if (arguments.json) {
    Json list = Json::array();
    for (const Result& result : results) list.push_back(attacks::to_json(result));
    print_json(list);
  } else {
    print_result(table_of(results));
  }
  const bool passed =
      std::all_of(results.begin(), results.end(), [](const Result& result) { return result.passed; });
  return passed ? exit_code::ok : exit_code::check_failed;
}

}  // namespace

void add_attacks(Program& program) {
  CLI::App* verb =
      program.verb("Maintain", "attacks",
                   "Attack the benchmark with the corpus tests/attacks and check that nothing is gained",
                   "mls attacks\nmls attacks read_files --json\nmls attacks --list");
  const auto arguments = std::make_shared<AttackArguments>();
  const auto list = std::make_shared<bool>(false);
  verb->add_option("NAME", arguments->names, "Only these attacks");
  verb->add_flag("--json", arguments->json,
                 "Print [{\"name\",\"route\",\"outcome\",\"score_gained\",\"passed\",...}]");
  verb->add_flag("--list", *list, "Say what each attack tries, without carrying it out");
  verb->add_option("--jobs", arguments->jobs, "Attacks at a time (default: one per core)")
      ->check(CLI::Range(1, 1024));
  program.on(verb, [arguments, list] {
    if (!*list) return run_attacks(*arguments);
    print_list(chosen(attacks::load_corpus(evaluate::default_places().root), arguments->names));
    return exit_code::ok;
  });
}

}  // namespace mls::cli
