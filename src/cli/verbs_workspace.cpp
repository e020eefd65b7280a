#include <fmt/format.h>

#include "cli/evaluate_options.hpp"
#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/verbs.hpp"
#include "cli/verdict.hpp"
#include "core/error.hpp"
#include "core/locations.hpp"
#include "report/evaluation.hpp"
#include "report/leaderboard.hpp"
#include "report/sources.hpp"
#include "store/submission.hpp"
#include "trial/similarity.hpp"
#include "trial/workspace.hpp"

namespace mls::cli {
namespace {

int start(const std::string& id, const std::filesystem::path& folder) {
  const auto root = repository_root();
  trial::start_workspace(root, task::find(root, id), folder);
  print_result(fmt::format("{} is ready. Edit {}, then:\n  mls test {}\n  mls submit {} --name my-method\n",
                           folder.string(), (folder / "method.cpp").string(), folder.string(),
                           folder.string()));
  return exit_code::ok;
}

struct WorkspaceArguments {
  std::filesystem::path folder;
  std::optional<std::string> label;
  bool json = false;
  EvaluateArguments evaluate;
};

/// A workspace, the task it is of, and the method in it.
struct Opened {
  store::Yardstick yardstick;
  evaluate::Method method;
};

Opened open(const evaluate::Places& places, const std::filesystem::path& folder, const std::string& seal) {
  const auto workspace = trial::open_workspace(folder);
  Opened opened{yardstick_for_scoring(places, task::find(places.root, workspace.task), seal), {}};
  trial::require_method(workspace);
  opened.method = evaluate::load_method(trial::method_file(workspace));
  if (workspace.task_sha256 != opened.yardstick.task_sha256) {
    say(fmt::format("note: {} has changed since {} was started; compare its surface.hpp with {}",
                    workspace.task, folder.string(),
                    (opened.yardstick.task.folder / "surface.hpp").string()));
  }
  return opened;
}

int test(const WorkspaceArguments& arguments) {
  const auto places = evaluate::default_places();
  const StopOnSignal stop;
  auto options = options_of(arguments.evaluate, stop.token());
  options.visible_only = true;
  options.rehearsal = true;
  const auto [yardstick, method] = open(places, arguments.folder, options.seal.id);
  const auto evaluation = [&] {
    ProgressLine progress(yardstick.task.id);
    return evaluate::evaluate(places, yardstick.task, method, options, progress.sink());
  }();
  const auto scored = store::score_of(yardstick, evaluation);
  std::vector<score::BaselineScore> baselines;
  if (yardstick.calibration) baselines = score::baseline_scores(yardstick.task, *yardstick.calibration, true);
  if (arguments.json) {
    Json json = report::evaluation_json(yardstick.task, evaluation, scored);
    json["baselines"] = Json::array();
    for (const auto& baseline : baselines) {
      Json one{{"id", baseline.id}};
      one.update(store::to_json(baseline.score));
      json["baselines"].push_back(std::move(one));
    }
    print_json(json);
  } else {
    std::string text = report::evaluation_text(yardstick.task, evaluation, scored);
    if (scored.score && !baselines.empty()) {
      text += "\nScores of the visible settings (0 = worst baseline, 50 = best)\n\n" +
              report::beside_baselines_text(yardstick.task, *scored.score, baselines);
    }
    print_result(text);
  }
  return exit_code_of(evaluation);
}

std::string default_label(const std::filesystem::path& folder) {
  std::error_code failure;
  const auto absolute = std::filesystem::canonical(folder, failure);
  return failure ? folder.filename().string() : absolute.filename().string();
}

struct Place {
  int place = 0;
  std::size_t of = 0;
};

/// The submission is safe by now, so what goes wrong in ranking it is no more than a note.
Place place_of(const evaluate::Places& places, const store::Yardstick& yardstick,
               const store::Result& result) {
  try {
    const store::Yardsticks all(places.root, places.home, result.evaluation.seal);
    const auto board =
        report::task_board_of(yardstick, store::snapshot(places.home, all), result.evaluation.seal);
    for (const auto& row : board.rows) {
      if (row.run == result.id) return {row.place, board.rows.size()};
    }
  } catch (const Error& error) {
    say(fmt::format("note: recorded, but the leaderboard cannot be read: {}", error.what()));
  }
  return {};
}

int submit(const WorkspaceArguments& arguments) {
  const auto places = evaluate::default_places();
  const std::string label = arguments.label ? *arguments.label : default_label(arguments.folder);
  store::check_label(label);
  const StopOnSignal stop;
  const auto options = options_of(arguments.evaluate, stop.token());
  const auto [yardstick, method] = open(places, arguments.folder, options.seal.id);
  const auto submission = [&] {
    ProgressLine progress(yardstick.task.id);
    return store::submit(places, yardstick, label, method, options, progress.sink());
  }();
  const store::Result& result = submission.result;
  const store::Scored scored{result.score, result.note};
  const Place place = submission.recorded && result.score ? place_of(places, yardstick, result) : Place{};
  const auto similarities = trial::BaselineSources(yardstick.task).similarities(method.source);
  if (arguments.json) {
    Json json = report::evaluation_json(yardstick.task, result.evaluation, scored);
    json["recorded"] = submission.recorded;
    json["id"] = result.id;
    json["label"] = label;
    json["place"] = place.place > 0 ? Json(place.place) : Json(nullptr);
    json["place_of"] = place.of;
    json["similarity"] = report::to_json(similarities);
    print_json(json);
  } else {
    std::string text = report::evaluation_text(yardstick.task, result.evaluation, scored);
    text += submission.recorded ? fmt::format("\nrecorded for \"{}\" as {}\n", label, result.id)
                                : std::string("\nnot recorded; run `mls submit` again\n");
    if (place.place > 0) {
      text += fmt::format("place {} of {} (with the baselines); see `mls leaderboard {}`\n", place.place,
                          place.of, yardstick.task.id);
    }
    text += report::nearest_text(similarities) + "\n";
    print_result(text);
  }
  return exit_code_of(result.evaluation);
}

}  // namespace

void add_workspace(Program& program) {
  struct StartArguments {
    std::string task;
    std::filesystem::path folder;
  };
  auto starting = std::make_shared<StartArguments>();
  CLI::App* start_verb =
      program.verb("Work on a method", "start", "Make a folder in which to write a method for a task",
                   "mls start optimization-online-bandit my-bandit");
  start_verb->add_option("TASK", starting->task, "Task id")->required();
  start_verb->add_option("DIR", starting->folder, "New or empty folder")->required();
  program.on(start_verb, [starting] { return start(starting->task, starting->folder); });

  auto testing = std::make_shared<WorkspaceArguments>();
  CLI::App* test_verb = program.verb("Work on a method", "test",
                                     "Evaluate DIR/method.cpp on the visible settings, beside the baselines",
                                     "mls test my-bandit\nmls test my-bandit --json");
  test_verb->add_option("DIR", testing->folder, "Workspace made by `mls start`")->required();
  test_verb->add_flag("--json", testing->json, "Print JSON");
  add_evaluate_options(*test_verb, testing->evaluate);
  program.on(test_verb, [testing] { return test(*testing); });

  auto submitting = std::make_shared<WorkspaceArguments>();
  CLI::App* submit_verb =
      program.verb("Work on a method", "submit",
                   "Evaluate DIR/method.cpp on all settings and record it on the leaderboard",
                   "mls submit my-bandit --name moss");
  submit_verb->add_option("DIR", submitting->folder, "Workspace made by `mls start`")->required();
  submit_verb
      ->add_option("--name", submitting->label, "Label on the leaderboard (default: the folder's name)")
      ->type_name("LABEL");
  submit_verb->add_flag("--json", submitting->json, "Print JSON");
  add_evaluate_options(*submit_verb, submitting->evaluate);
  program.on(submit_verb, [submitting] { return submit(*submitting); });
}

}  // namespace mls::cli
