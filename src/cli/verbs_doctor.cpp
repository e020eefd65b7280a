#include <fmt/format.h>
#include <unistd.h>

#include "cli/output.hpp"
#include "cli/verbs.hpp"
#include "core/error.hpp"
#include "core/files.hpp"
#include "core/locations.hpp"
#include "evaluate/evaluate.hpp"
#include "evaluate/toolchain.hpp"
#include "evaluate/torch.hpp"
#include "report/format.hpp"
#include "sandbox/sandbox.hpp"
#include "store/index.hpp"
#include "task/packs.hpp"
#include "task/task.hpp"

namespace mls::cli {
namespace {

using sandbox::Check;

constexpr double wanted_free_bytes = 2e9;

/// Runs a look that may throw; what it throws is the finding.
template <typename Look>
Check check(const std::string& name, const std::string& remedy, Look look) {
  Check check{name, true, true, "", ""};
  try {
    look(check);
  } catch (const std::exception& error) {
    check.passed = false;
    check.detail = error.what();
  }
  if (!check.passed && check.remedy.empty()) check.remedy = remedy;
  return check;
}

Check check_compiler() {
  return check("compiler", "apt-get install clang-19 lld-19",
               [](Check& one) { one.detail = evaluate::Toolchain(evaluate::default_places()).version(); });
}

Check check_data_folder() {
  return check("data folder", "set MLS_HOME to a folder that you may write", [](Check& one) {
    const auto home = user_home();
    const auto probe = home / fmt::format(".doctor-{}", ::getpid());
    write_atomic(probe, "x");
    std::filesystem::remove(probe);
    one.detail = home.string();
  });
}

Check check_disk() {
  return check("disk", "free some space, or set MLS_HOME to a folder on a larger disk", [](Check& one) {
    const auto free_bytes = static_cast<double>(std::filesystem::space(user_home()).available);
    one.detail = fmt::format("{} free", report::bytes_text(free_bytes));
    one.passed = free_bytes >= wanted_free_bytes;
  });
}

Check check_tasks() {
  return check("tasks", "mend the file that is named", [](Check& one) {
    const auto tasks = task::catalogue(repository_root());
    const auto judges = build_folder() / "judges";
    std::string missing;
    for (const auto& task : tasks) {
      if (::access((judges / task.id).c_str(), X_OK) != 0) missing += " " + task.id;
    }
    one.detail = report::count_text(tasks.size(), "task");
    if (missing.empty()) return;
    one.passed = false;
    one.detail += "; judges not built:" + missing;
    one.remedy = "./mls build";
  });
}

Check check_packs() {
  Check result = check("data packs", "mls packs fetch", [](Check& one) {
    std::string absent;
    std::size_t count = 0;
    for (const auto& pack : task::pack_registry(repository_root())) {
      ++count;
      const auto state = task::pack_state(user_home(), pack);
      if (state != task::PackState::present)
        absent += fmt::format(" {}{}", pack.name, state == task::PackState::damaged ? " (damaged)" : "");
    }
    one.passed = absent.empty();
    one.detail = absent.empty() ? fmt::format("all {} here", count) : "not here:" + absent;
  });
  result.required = false;  // fetched on first use
  return result;
}

Check check_store() {
  Check result =
      check("submissions", "look at the folders named by `mls reindex`; nothing is deleted", [](Check& one) {
        const auto snapshot = store::snapshot(user_home(), store::Yardsticks(repository_root(), user_home()));
        one.detail = fmt::format("{} recorded, {} unfinished, {} unreadable", snapshot.entries.size(),
                                 snapshot.unfinished.size(), snapshot.faults.size());
        one.passed = snapshot.faults.empty();
      });
  result.required = false;
  return result;
}

int examine(bool as_json) {
  std::vector<Check> checks;
  try {
    checks = sandbox::probe();
  } catch (const Error& error) {
    checks.push_back({"sandbox", false, true, error.what(), "apt-get install bubblewrap"});
  }
  for (auto* look : {check_compiler, evaluate::check_torch, check_data_folder, check_disk, check_tasks,
                     check_packs, check_store}) {
    checks.push_back(look());
  }
  bool healthy = true;
  Json json = Json::array();
  std::string text;
  for (const auto& one : checks) {
    healthy = healthy && (one.passed || !one.required);
    json.push_back({{"name", one.name},
                    {"passed", one.passed},
                    {"required", one.required},
                    {"detail", one.detail},
                    {"remedy", one.remedy}});
    text += fmt::format("{}  {}: {}\n",
                        one.passed     ? "ok  "
                        : one.required ? "FAIL"
                                       : "note",
                        one.name, one.detail);
    if (!one.passed && !one.remedy.empty()) text += fmt::format("      to mend it: {}\n", one.remedy);
  }
  if (as_json) {
    print_json(json);
  } else {
    print_result(text + (healthy ? "This machine can run the benchmark.\n"
                                 : "This machine cannot run the benchmark yet: mend what says FAIL.\n"));
  }
  return healthy ? exit_code::ok : exit_code::check_failed;
}

}  // namespace

void add_doctor(Program& program) {
  auto json = std::make_shared<bool>(false);
  CLI::App* doctor = program.verb("Maintain", "doctor",
                                  "Check sandbox, compiler, disk, data and tasks; say how to mend them",
                                  "mls doctor\nmls doctor --json");
  doctor->add_flag("--json", *json, "Print JSON");
  program.on(doctor, [json] { return examine(*json); });
}

}  // namespace mls::cli
