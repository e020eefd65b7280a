#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/area.hpp"
#include "cli/output.hpp"
#include "cli/verbs.hpp"
#include "core/locations.hpp"
#include "task/new_task.hpp"

namespace mls::cli {
namespace {

struct NewTaskArguments {
  task::NewTask wanted;
  bool json = false;
};

/// Relative paths, sorted.
std::set<std::string> files_of(const std::filesystem::path& folder) {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.insert(entry.path().lexically_relative(folder).generic_string());
  }
  return files;
}

/// Through the wrapper, which builds the new judge first.
std::vector<std::string> next_steps(const std::filesystem::path& root, const task::Task& made) {
  const std::string program = (root / "mls").string();
  const auto start = std::ranges::find_if(made.baselines, &task::Baseline::start);
  return {fmt::format("{} eval {} --method baseline:{} --settings all", program, made.id, start->id),
          fmt::format("{} calibrate {}", program, made.id), fmt::format("{} qc {}", program, made.id)};
}

int make_task(NewTaskArguments arguments) {
  const auto root = repository_root();
  arguments.wanted.area = area_named(arguments.wanted.area);
  const task::Task made = task::create_task(root, arguments.wanted);
  const auto steps = next_steps(root, made);
  if (arguments.json) {
    print_json({{"id", made.id},
                {"area", made.area},
                {"title", made.title},
                {"protocol", made.protocol},
                {"folder", made.folder.string()},
                {"files", files_of(made.folder)},
                {"next", steps}});
    return exit_code::ok;
  }
  std::string text =
      fmt::format("{} is a small working task of protocol {}:\n\n", made.folder.string(), made.protocol);
  for (const auto& file : files_of(made.folder)) text += fmt::format("  {}\n", file);
  text += "\nIt runs as it is:\n\n";
  for (const auto& step : steps) text += fmt::format("  {}\n", step);
  text +=
      "\nEdit it file by file until it asks your question, as docs/adding-a-task.md says, and repeat "
      "these.\n";
  print_result(text);
  return exit_code::ok;
}

}  // namespace

void add_new_task(Program& program) {
  auto arguments = std::make_shared<NewTaskArguments>();
  CLI::App* verb = program.verb(
      "Maintain", "new-task", "Make the folder of a new task: small, complete and working, to be edited",
      "mls new-task time-series ts-drift --protocol fit_predict\n"
      "mls new-task Opt opt-descent --protocol oracle --title \"Descent without tuning\"");
  verb->add_option("AREA", arguments->wanted.area, "Area, by name or abbreviation")->required();
  verb->add_option("ID", arguments->wanted.id, "Id of the task and name of its folder")->required();
  verb->add_option("--protocol", arguments->wanted.protocol,
                   "How judge and host talk: a folder of templates/")
      ->type_name("P")
      ->required();
  verb->add_option("--title", arguments->wanted.title, "Title for people (default: made of the id)")
      ->type_name("T");
  verb->add_flag("--json", arguments->json, "Print JSON");
  program.on(verb, [arguments] { return make_task(*arguments); });
}

}  // namespace mls::cli
