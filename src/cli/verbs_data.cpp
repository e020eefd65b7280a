#include <fmt/format.h>

#include "cli/evaluate_options.hpp"
#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/verbs.hpp"
#include "core/error.hpp"
#include "core/locations.hpp"
#include "report/format.hpp"
#include "report/table.hpp"
#include "task/packs.hpp"

namespace mls::cli {
namespace {

using task::Pack;
using task::PackState;

struct PacksArguments {
  std::vector<std::string> names;
  bool json = false;
};

std::string_view name_of(PackState state) {
  switch (state) {
    case PackState::present:
      return "present";
    case PackState::absent:
      return "absent";
    case PackState::damaged:
      return "damaged";
  }
  return "absent";
}

/// The named packs, or all.
std::vector<Pack> chosen_packs(const std::vector<std::string>& names) {
  auto registry = task::pack_registry(repository_root());
  if (names.empty()) return registry;
  std::vector<Pack> chosen;
  for (const auto& name : names) chosen.push_back(task::find_pack(registry, name));
  return chosen;
}

double bytes_of(const Pack& pack) {
  double total = 0;
  for (const auto& file : pack.files) total += static_cast<double>(file.bytes);
  return total;
}

int list_packs(const PacksArguments& arguments) {
  const auto home = user_home();
  Json json = Json::array();
  report::Table table({{"pack", report::Align::left},
                       {"state", report::Align::left},
                       {"size"},
                       {"source", report::Align::left},
                       {"licence", report::Align::left},
                       {"what it is", report::Align::left}});
  for (const auto& pack : chosen_packs(arguments.names)) {
    const auto state = name_of(task::pack_state(home, pack));
    json.push_back({{"name", pack.name},
                    {"state", state},
                    {"source", pack.source},
                    {"package", pack.package},
                    {"version", pack.version},
                    {"licence", pack.licence},
                    {"bytes", bytes_of(pack)},
                    {"folder", task::pack_folder(home, pack).string()}});
    table.row({pack.name, std::string(state), report::bytes_text(bytes_of(pack)),
               fmt::format("{} {}@{}", pack.source, pack.package, pack.version), pack.licence,
               pack.description});
  }
  if (arguments.json) {
    print_json(json);
  } else {
    print_result(table.text());
  }
  return exit_code::ok;
}

int fetch_packs(const PacksArguments& arguments) {
  const auto home = user_home();
  for (const auto& pack : chosen_packs(arguments.names)) {
    task::fetch(home, pack, say);
  }
  return exit_code::ok;
}

int verify_packs(const PacksArguments& arguments) {
  const auto home = user_home();
  int bad = 0;
  for (const auto& pack : chosen_packs(arguments.names)) {
    std::string verdict = "ok";
    if (task::pack_state(home, pack) == PackState::absent) {
      if (arguments.names.empty()) continue;
      verdict = fmt::format("absent: run `mls packs fetch {}`", pack.name);
      ++bad;
    } else {
      try {
        task::verify(home, pack);
      } catch (const Error& error) {
        verdict = error.what();
        ++bad;
      }
    }
    print_result(fmt::format("{}: {}\n", pack.name, verdict));
  }
  return bad == 0 ? exit_code::ok : exit_code::check_failed;
}

struct PrepareArguments {
  std::vector<std::string> tasks;
  EvaluateArguments evaluate;
};

int prepare_tasks(const PrepareArguments& arguments) {
  const auto places = evaluate::default_places();
  std::vector<task::Task> tasks;
  for (const auto& id : arguments.tasks) tasks.push_back(task::find(places.root, id));
  if (arguments.tasks.empty()) tasks = task::catalogue(places.root);
  const StopOnSignal stop;
  const auto options = options_of(arguments.evaluate, stop.token());
  for (const auto& task : tasks) {
    {
      ProgressLine progress(task.id);
      evaluate::prepare(places, task, options, progress.sink());
    }
    print_result(fmt::format("{}: ready\n", task.id));
  }
  return exit_code::ok;
}

}  // namespace

void add_data(Program& program) {
  CLI::App* packs = program.verb("Maintain", "packs", "List, fetch or verify data packs",
                                 "mls packs\nmls packs fetch mnist\nmls packs verify");
  packs->require_subcommand(0, 1);
  auto arguments = std::make_shared<PacksArguments>();
  const auto add = [&](const char* name, const char* summary, int (*action)(const PacksArguments&)) {
    CLI::App* verb = packs->add_subcommand(name, summary);
    verb->add_option("NAMES", arguments->names, "Packs (default: all)");
    if (action == list_packs) verb->add_flag("--json", arguments->json, "Print JSON");
    return verb;
  };
  CLI::App* list = add("list", "Which packs there are, and which are here (the default)", list_packs);
  CLI::App* fetch = add("fetch", "Download and verify packs that are not here", fetch_packs);
  CLI::App* verify = add("verify", "Hash every file of the packs that are here", verify_packs);
  packs->add_flag("--json", arguments->json, "Print JSON");
  program.on(packs, [list, fetch, verify, arguments] {
    if (fetch->parsed()) return fetch_packs(*arguments);
    if (verify->parsed()) return verify_packs(*arguments);
    (void)list;
    return list_packs(*arguments);
  });

  auto preparing = std::make_shared<PrepareArguments>();
  CLI::App* prepare =
      program.verb("Maintain", "prepare", "Fetch data and build what the judges need, ahead of time",
                   "mls prepare\nmls prepare ml-calibration --jobs 2");
  prepare->add_option("TASK", preparing->tasks, "Task ids (default: all)");
  add_evaluate_options(*prepare, preparing->evaluate);
  program.on(prepare, [preparing] { return prepare_tasks(*preparing); });
}

}  // namespace mls::cli
