#include "trial/desk_workshop.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include "core/error.hpp"
#include "core/files.hpp"
#include "trial/desk_protocol.hpp"
#include "trial/workspace.hpp"

namespace mls::trial {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 4> tools{"test", "submit", "note", "budget"};

void write_script(const fs::path& file, const char* tool) {
  write_atomic(file, fmt::format("#!/bin/sh\nexec /mls/bin/mls-desk {} \"$@\"\n", tool));
  ::chmod(file.c_str(), 0755);
}

/// In the workspace, where instructions name them, and on the path, where they cannot be lost.
void write_tools(const fs::path& folder, const fs::path& client) {
  fs::create_directories(folder / "bin");
  if (!fs::exists(client)) throw infrastructure(client.string() + " is not there; build the target mls-desk");
  fs::copy_file(client, folder / "bin" / "mls-desk");
  for (const char* tool : tools) {
    for (const char* place : {"bin", "workspace"})
      write_script(folder / place / fmt::format("mls-{}", tool), tool);
  }
}

constexpr std::string_view shown_actions =
    "a test is one, and so is showing a method.cpp that differs from the one shown before; submitting, notes "
    "and ./mls-budget are free";

std::string steps_text(const Conditions& conditions) {
  const bool alone = conditions.context == Conditions::Context::none;
  return fmt::format(
      R"(1. Read `question.md` (the research question) and `surface.hpp` (the interface your method implements).
2. Edit `method.cpp`. It is the only file that is read back; every other file is here to be read.
3. `./mls-test` compiles it, runs the visible settings and shows metrics and scores{}.
4. `./mls-submit` says that this method is to be scored on all settings, hidden ones too.
)",
      alone ? "" : " beside the baselines");
}

/// What is asked for, by stance and by what is shown; {} stands for the visible settings.
constexpr const char* invent_beside_baselines =
    R"(Invent a method that answers the question in question.md better than
the published baselines in baselines/ do, and that transfers: it is scored on settings you cannot see as well as on
the visible ones ({}). Tuning constants of a baseline is not what is asked for.
)";
constexpr const char* invent_alone =
    R"(Invent a method that answers the question in question.md well and
that transfers: it is scored on settings you cannot see as well as on the visible ones ({}).
Tuning constants of what is there is not what is asked for.
)";
constexpr const char* engineer_beside_baselines =
    R"(Get the best score you can on the question in question.md by any
legitimate change of method.cpp: tune, adapt, combine or replace the published baselines in baselines/, or write
something else. It is scored on settings you cannot see as well as on the visible ones ({}).
)";
constexpr const char* engineer_alone =
    R"(Get the best score you can on the question in question.md by any
legitimate change of method.cpp: tune it, rewrite parts of it, or write something else. It is scored on settings you
cannot see as well as on the visible ones ({}).
)";

std::string request_text(const Brief& brief) {
  const bool alone = brief.conditions.context == Conditions::Context::none;
  const bool invent = brief.conditions.stance == Conditions::Stance::invention;
  const char* request = invent ? (alone ? invent_alone : invent_beside_baselines)
                               : (alone ? engineer_alone : engineer_beside_baselines);
  std::string text = fmt::format(fmt::runtime(request), fmt::join(brief.settings, ", "));
  if (brief.conditions.context == Conditions::Context::derivations)
    text += "derivations.md says of each baseline what its idea is and where it comes from.\n";
  return text;
}

std::string rules_text(const Conditions& conditions) {
  return conditions.surface == Conditions::Surface::strict
             ? R"(Nothing but method.cpp is taken from here, and the
other files that you were given must stay as they are: tests and submissions are refused while one of them is changed
or missing. Files of your own are no matter.
)"
             : R"(Nothing but method.cpp is taken from here, so changing other
files has no effect.
)";
}

/// That there are no caps on models, where there are none; else empty.
std::string capacity_text(const Conditions& conditions) {
  if (conditions.capacity == Conditions::Capacity::on) return "";
  return R"(In this trial there is no cap on how many parameters and other numbers a component may have and how many bytes a
trained model may carry, whatever surface.hpp and question.md say about it. Limits of time and memory hold.
)";
}

}  // namespace

std::string limits_text(const Budget& budget, std::string_view what_actions_are) {
  std::string text;
  if (budget.tests)
    text += fmt::format("- at most {} test{}\n", *budget.tests, *budget.tests == 1 ? "" : "s");
  if (budget.actions) text += fmt::format("- at most {} actions: {}\n", *budget.actions, what_actions_are);
  if (budget.seconds) text += fmt::format("- {:.0f} minutes\n", *budget.seconds / 60);
  return text;
}

std::string goal_text(const Brief& brief) {
  return fmt::format(
      R"(# {}

You are in a workspace for one research task. {}{}
)",
      brief.title, request_text(brief), capacity_text(brief.conditions));
}

std::string earlier_text(const Supervisor& supervisor, std::string_view where, std::string_view last_result) {
  if (!supervisor.goes_on()) return "";
  const Json status = supervisor.status();
  const bool changed = status.at("draft_sha256") != supervisor.start_sha256();
  const bool tested = !status.at("last_test").is_null();
  const bool submitted = !status.at("submitted_sha256").is_null();
  std::string text =
      fmt::format("This trial was interrupted and goes on{}. method.cpp is {}. Used so far: {}. ", where,
                  changed ? "the last version on record" : "what it was at the beginning",
                  budget_text(supervisor.budget(), supervisor.used()));
  if (!tested) text += "Nothing was tested yet. ";
  if (tested && !last_result.empty()) text += fmt::format("The last result: {}. ", last_result);
  text += submitted ? "A version is submitted. " : "Nothing is submitted yet. ";
  return text + "A test that was cut short is not counted and has no result.\n";
}

std::string instructions(const Supervisor& supervisor) {
  const Brief& brief = supervisor.brief();
  std::string text = fmt::format(
      R"({goal}Edit method.cpp (C++20, one file of at most 64 KiB, no libraries but Eigen). surface.hpp documents the interface,
README.md the limits of a run and what is measured. {rules}
    ./mls-test            compile and run method.cpp on the visible settings, and wait for the scores
    ./mls-test --no-wait  the same without waiting; ./mls-test --result waits for the scores and shows them
    ./mls-submit          have this method.cpp scored; the last one that is submitted counts
    ./mls-note TEXT       write down what you tried and why, for the record of this trial
    ./mls-budget          what is left

Limits:
{limits}
If you submit nothing, what you tested last is scored. End when you have submitted what you want to be scored.
)",
      fmt::arg("goal", goal_text(brief)), fmt::arg("rules", rules_text(brief.conditions)),
      fmt::arg("limits", limits_text(supervisor.budget(), shown_actions)));
  if (supervisor.order().agent->predicts()) {
    text += R"(
Before a test or a submission, say what you expect: ./mls-test --predict SETTING=SCORE~DEVIATION[,...] with one entry
per visible setting, scores from 0 to 100 (50 = best baseline) and a standard deviation that says how sure you are. It
is recorded how well you knew.
)";
  }
  const std::string earlier =
      earlier_text(supervisor,
                   " in a fresh workspace: what was changed and neither tested nor submitted is lost, and "
                   "other files of yours are gone",
                   "./mls-test --result");
  return earlier.empty() ? text : text + "\n" + earlier;
}

DeskWorkshop::DeskWorkshop(Supervisor& supervisor)
    : supervisor_(supervisor), folder_(fs::absolute(supervisor.log().folder() / "desk")) {
  const TrialOrder& order = supervisor.order();
  fs::remove_all(folder_);
  const fs::path workspace = folder_ / "workspace";
  const Conditions& conditions = supervisor.brief().conditions;
  start_workspace(order.places->root, order.yardstick->task, workspace, steps_text(conditions),
                  conditions.context);
  write_atomic(workspace / "method.cpp", supervisor.draft_source());
  write_atomic(workspace / "INSTRUCTIONS.md", instructions(supervisor));
  write_tools(folder_, order.places->build / "bin" / "mls-desk");
  server_ = std::make_unique<DeskServer>(
      folder_ / "socket", [this](std::string_view line) { return answer(supervisor_, line); },
      refusal_line(Refusal::Reason::malformed,
                   fmt::format("a request of more than {} bytes", DeskServer::max_line_bytes)));
}

DeskWorkshop::~DeskWorkshop() {
  server_.reset();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::vector<fs::path> DeskWorkshop::secrets() const {
  const evaluate::Places& places = *supervisor_.order().places;
  return {places.root, places.home, places.build};
}

fs::path DeskWorkshop::log_file() const { return supervisor_.log().folder() / "agent.log"; }

}  // namespace mls::trial
