#include "trial/trial.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/files.hpp"
#include "sandbox/descriptor.hpp"
#include "store/run_folder.hpp"
#include "task/derivations.hpp"
#include "trial/supervisor.hpp"
#include "trial/trial_log.hpp"
#include "trial/vanilla.hpp"

namespace mls::trial {
namespace {

namespace fs = std::filesystem;

TrialKey key_of(const TrialOrder& order) {
  return {order.yardstick->task.id,
          order.yardstick->task_sha256,
          order.yardstick->sha256,
          order.options.seal.id,
          order.agent->name(),
          order.agent->settings(),
          order.label,
          order.conditions};
}

TrialLog log_of(const TrialOrder& order) {
  return {order.places->home, key_of(order), llm::Redactor(order.agent->secrets())};
}

/// Notes in the log why `part` of a supervisor's work was cut short, if it is.
template <typename Part>
auto carried_out(const TrialOrder& order, const TrialLog& log, const TrialHistory& history,
                 const Part& part) {
  try {
    Supervisor supervisor(order, log, history);
    return part(supervisor);
  } catch (const std::exception& error) {
    log.try_event("stopped", {{"message", error.what()}});
    throw;
  }
}

/// Notes that it begins or goes on.
TrialHistory begun(const TrialOrder& order, const TrialLog& log) {
  TrialHistory history = log.history();
  Json begin{{"format", trial_format}};
  begin.update(to_json(log.key()));
  begin["budget"] = to_json(order.agent->budget());
  log.event(history.begun ? "resumed" : "created", begin);
  return history;
}

/// To end a trial is not to make one up.
void require_something_to_score(const TrialHistory& history) {
  const bool any = std::ranges::any_of(history.steps, [](const Step& step) {
    return step.kind == Step::Kind::test || step.kind == Step::Kind::submission;
  });
  if (!any)
    throw bad_input(
        "there is nothing to score: nothing was tested or submitted in this trial; without --finish it "
        "begins or goes on");
}

bool is_locked(const fs::path& file) {
  const sandbox::Descriptor handle(::open(file.c_str(), O_RDWR | O_CLOEXEC));
  return handle.open() && ::flock(handle.get(), LOCK_EX | LOCK_NB) != 0;
}

/// None when the run folder is gone: then the trial is not done after all.
std::optional<store::Result> result_of(const fs::path& home, const TrialEnd& end) {
  const fs::path folder = store::runs_folder(home) / end.run;
  if (!fs::exists(folder / "result.json")) return std::nullopt;
  return store::load_result(folder);
}

/// Setting and score.
std::vector<std::pair<std::string, double>> visible_scores(const TrialOrder& order,
                                                           const store::Scored& scored) {
  std::vector<std::pair<std::string, double>> visible;
  if (!scored.score) return visible;
  for (const auto& setting : scored.score->settings) {
    if (!order.yardstick->task.setting(setting.id).hidden) visible.emplace_back(setting.id, setting.score);
  }
  return visible;
}

TrialOutcome outcome_of(const TrialOrder& order, const TrialLog& log, const TrialEnd& end,
                        const store::Result& result) {
  TrialOutcome outcome;
  outcome.id = log.id();
  outcome.run = end.run;
  outcome.method_sha256 = end.method_sha256;
  outcome.tests = end.tests;
  const std::vector<TestReport> tests = log.history().tests();
  if (!tests.empty()) outcome.first_test = tests.front().score;
  for (const TestReport& test : tests) {
    if (test.score) outcome.best_test = std::max(*test.score, outcome.best_test.value_or(0));
  }
  outcome.costs = costs_in(log.events());
  outcome.scored = store::score_of(*order.yardstick, result.evaluation);
  for (const auto& run : result.evaluation.runs) outcome.cpu_s += run.cpu_s;
  if (const auto vanilla = vanilla_score(*order.yardstick, log.folder())) outcome.vanilla = vanilla->score;
  if (order.agent->predicts())
    outcome.foresight = foresight_of(log.history().steps, visible_scores(order, outcome.scored));
  return outcome;
}

}  // namespace

double TrialProgress::share() const {
  const double part = runs > 0 ? static_cast<double>(runs_done) / runs : 0;
  // An agent may submit before its tests are spent; where they are not counted, there is always one more.
  const int all = granted >= 0 ? granted : tests + 1;
  return ((submitting ? all : tests) + part) / (all + 1);
}

double TrialProgress::share_before() const {
  return static_cast<double>(repeated) / ((granted >= 0 ? granted : tests + 1) + 1);
}

Brief brief_of(const store::Yardstick& yardstick, const Conditions& conditions) {
  using Context = Conditions::Context;
  const task::Task& task = yardstick.task;
  Brief brief{task.id, task.title, task.question, {}, {}, yardstick.note, conditions};
  for (const auto& setting : task.settings) {
    if (!setting.hidden) brief.settings.push_back(setting.id);
  }
  std::vector<score::BaselineScore> scores;
  if (yardstick.calibration && conditions.context != Context::none)
    scores = score::baseline_scores(task, *yardstick.calibration, true);
  std::map<std::string, std::string> derivations;
  if (conditions.context == Context::derivations) derivations = task::derivations_of(task);
  for (const auto& baseline : task.baselines) {
    if (conditions.context == Context::none && !baseline.start) continue;
    BaselineBrief one{baseline.id,    baseline.title,
                      baseline.start, read_file(task.source_of(baseline), evaluate::max_method_bytes),
                      std::nullopt,   derivations[baseline.id]};
    const auto score = std::ranges::find(scores, baseline.id, &score::BaselineScore::id);
    if (score != scores.end()) one.visible = score->score;
    brief.baselines.push_back(std::move(one));
  }
  return brief;
}

TrialOutcome run_trial(const TrialOrder& order) {
  const TrialLog log = log_of(order);
  if (order.finish && !log.end()) require_something_to_score(log.history());
  const FileLock lock(log.folder() / "lock");
  const fs::path& home = order.places->home;
  if (const auto end = log.end()) {
    if (const auto result = result_of(home, *end)) {
      TrialOutcome outcome = outcome_of(order, log, *end, *result);
      outcome.earlier = true;
      return outcome;
    }
  }
  const TrialEnd end = carried_out(order, log, begun(order, log), [&](Supervisor& supervisor) {
    supervisor.work();
    TrialEnd scored = supervisor.score();
    log.finish(scored);
    return scored;
  });
  const auto result = result_of(home, end);
  if (!result) throw infrastructure(fmt::format("the submission {} has disappeared", end.run));
  return outcome_of(order, log, end, *result);
}

void work_on_trial(const TrialOrder& order) {
  const TrialLog log = log_of(order);
  const FileLock lock(log.folder() / "lock");
  if (log.end() || log.history().ended) return;
  carried_out(order, log, begun(order, log), [](Supervisor& supervisor) { supervisor.work(); });
}

std::optional<Costs> costs_of(const TrialOrder& order) noexcept {
  try {
    return costs_in(log_of(order).events());
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

TrialStanding standing_of(const TrialOrder& order) {
  const TrialLog log = log_of(order);
  TrialStanding standing{.id = log.id(), .busy = is_locked(log.folder() / "lock")};
  const TrialHistory history = log.history();
  standing.begun = history.begun;
  standing.submitted = std::ranges::any_of(
      history.steps, [](const Step& step) { return step.kind == Step::Kind::submission; });
  standing.done = log.end().has_value();
  standing.ended = standing.done || history.ended;
  return standing;
}

}  // namespace mls::trial
