#include <fmt/format.h>

#include "cli/output.hpp"
#include "cli/verbs.hpp"
#include "core/error.hpp"
#include "core/files.hpp"
#include "core/locations.hpp"
#include "report/export.hpp"
#include "report/format.hpp"
#include "report/html.hpp"
#include "report/leaderboard.hpp"
#include "store/index.hpp"
#include "trial/vanilla.hpp"

namespace mls::cli {
namespace {

struct LeaderboardArguments {
  std::string task;
  std::optional<std::string> seal;
  bool json = false;
  bool csv = false;
};

void report_faults(const store::Snapshot& snapshot) {
  for (const auto& fault : snapshot.faults)
    say(fmt::format("left alone: {}: {}", fault.path.string(), fault.message));
}

template <typename Board>
void print_board(const Board& board, const LeaderboardArguments& arguments) {
  if (!arguments.json && !arguments.csv) {
    print_result(report::text_of(board));
    return;
  }
  for (const auto& note : board.notes) say(fmt::format("note: {}", note));
  if (arguments.json) {
    print_json(report::to_json(board));
  } else {
    print_result(report::csv_of(board));
  }
}

int show_leaderboard(const LeaderboardArguments& arguments) {
  const auto root = repository_root();
  const store::Yardsticks yardsticks(root, user_home(), arguments.seal.value_or(evaluate::public_seal().id));
  if (!arguments.task.empty()) (void)task::find(root, arguments.task);
  auto snapshot = store::snapshot(user_home(), yardsticks);
  trial::add_vanilla(user_home(), yardsticks, snapshot);
  report_faults(snapshot);
  if (arguments.task.empty()) {
    print_board(report::board_of(yardsticks, snapshot, arguments.seal), arguments);
  } else {
    print_board(report::task_board_of(*yardsticks.find(arguments.task), snapshot, arguments.seal), arguments);
  }
  return exit_code::ok;
}

void write_report(const std::filesystem::path& file, const store::Yardsticks& yardsticks,
                  const store::Snapshot& snapshot) {
  const auto home = user_home();
  const std::string kind = file.extension().string();
  if (kind == ".html") {
    write_atomic(file, report::html_report(home, yardsticks, snapshot));
  } else if (kind == ".json") {
    write_atomic(file, report::json_report(home, yardsticks, snapshot).dump(2) + "\n");
  } else if (kind == ".csv") {
    write_atomic(file, report::csv_report(home, yardsticks, snapshot));
  } else {
    throw usage_error(fmt::format(
        "{}: the report is written as .html, .json or .csv; give --out one of these endings", file.string()));
  }
}

int write_reports(const std::filesystem::path& out) {
  const auto home = user_home();
  const store::Yardsticks yardsticks(repository_root(), home);
  auto snapshot = store::snapshot(home, yardsticks);
  trial::add_vanilla(home, yardsticks, snapshot);
  report_faults(snapshot);
  const std::filesystem::path file = out.empty() ? home / "report.html" : out;
  write_report(file, yardsticks, snapshot);
  for (const char* kind : {".json", ".csv"}) {
    if (!out.empty()) break;
    const auto beside = std::filesystem::path(file).replace_extension(kind);
    write_report(beside, yardsticks, snapshot);
    say(fmt::format("the same figures: {}", beside.string()));
  }
  print_result(std::filesystem::absolute(file).string() + "\n");
  return exit_code::ok;
}

int rebuild_index() {
  const auto snapshot = store::reindex(user_home(), store::Yardsticks(repository_root(), user_home()));
  report_faults(snapshot);
  for (const auto& id : snapshot.unfinished) say(fmt::format("unfinished: {}", id));
  print_result(fmt::format("{} indexed, {} unfinished, {} unreadable\n",
                           report::count_text(snapshot.entries.size(), "submission"),
                           snapshot.unfinished.size(), snapshot.faults.size()));
  return exit_code::ok;
}

}  // namespace

void add_boards(Program& program) {
  auto looking = std::make_shared<LeaderboardArguments>();
  CLI::App* leaderboard =
      program.verb("Look around", "leaderboard", "Who reached what, over all tasks or on one",
                   "mls leaderboard\nmls leaderboard ml-calibration\nmls leaderboard --csv > board.csv");
  leaderboard->add_option("TASK", looking->task, "Task id");
  auto* json = leaderboard->add_flag("--json", looking->json, "Print JSON");
  leaderboard->add_flag("--csv", looking->csv, "Print comma-separated values")->excludes(json);
  leaderboard->add_option("--seal", looking->seal, "Count submissions evaluated under this seal id")
      ->type_name("ID");
  program.on(leaderboard, [looking] { return show_leaderboard(*looking); });

  auto out = std::make_shared<std::filesystem::path>();
  CLI::App* report_verb = program.verb(
      "Look around", "report", "Write leaderboard, charts and task pages as one HTML file; print its path",
      "mls report\nmls report --out results.html\nmls report --out results.json");
  report_verb
      ->add_option(
          "--out", *out,
          "File to write: .html, .json or .csv (default: report.html, .json and .csv in the data folder)")
      ->type_name("FILE");
  program.on(report_verb, [out] { return write_reports(*out); });

  CLI::App* reindex_verb = program.verb(
      "Maintain", "reindex", "Rebuild the index of submissions from the run folders", "mls reindex");
  program.on(reindex_verb, rebuild_index);
}

}  // namespace mls::cli
