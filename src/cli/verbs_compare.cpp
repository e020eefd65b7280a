#include <fmt/format.h>

#include "cli/output.hpp"
#include "cli/verbs.hpp"
#include "core/locations.hpp"
#include "report/comparison.hpp"
#include "store/index.hpp"

namespace mls::cli {
namespace {

struct CompareArguments {
  std::string first;
  std::string second;
  std::string task;
  std::optional<std::string> seal;
  bool json = false;
};

template <typename Comparison>
void print_comparison(const Comparison& comparison, bool json) {
  if (json) {
    print_json(report::to_json(comparison));
  } else {
    print_result(report::text_of(comparison));
  }
}

int compare(const CompareArguments& arguments) {
  const auto root = repository_root();
  const auto home = user_home();
  if (!arguments.task.empty()) (void)task::find(root, arguments.task);
  const store::Yardsticks yardsticks(root, home, arguments.seal.value_or(evaluate::public_seal().id));
  const auto snapshot = store::snapshot(home, yardsticks);
  for (const auto& fault : snapshot.faults)
    say(fmt::format("left alone: {}: {}", fault.path.string(), fault.message));
  if (arguments.task.empty()) {
    const auto board = report::board_of(yardsticks, snapshot, arguments.seal);
    print_comparison(report::compare_over(board, arguments.first, arguments.second), arguments.json);
  } else {
    print_comparison(report::compare_on(home, *yardsticks.find(arguments.task), snapshot, arguments.seal,
                                        arguments.first, arguments.second),
                     arguments.json);
  }
  return exit_code::ok;
}

}  // namespace

void add_compare(Program& program) {
  auto comparing = std::make_shared<CompareArguments>();
  CLI::App* verb = program.verb("Look around", "compare",
                                "Is one method or agent better than another? Paired, with an interval",
                                "mls compare moss fern\nmls compare moss \"human SOTA\" --json\n"
                                "mls compare moss baseline:thompson optimization-online-bandit");
  verb->add_option(
          "A", comparing->first,
          "Label of a submission, or baseline:ID; without TASK also \"human SOTA\" or \"starting point\"")
      ->required();
  verb->add_option("B", comparing->second, "The other one")->required();
  verb->add_option("TASK", comparing->task, "Task id (default: over all tasks that both were evaluated on)");
  verb->add_flag("--json", comparing->json, "Print JSON");
  verb->add_option("--seal", comparing->seal, "Count submissions evaluated under this seal id")
      ->type_name("ID");
  program.on(verb, [comparing] { return compare(*comparing); });
}

}  // namespace mls::cli
