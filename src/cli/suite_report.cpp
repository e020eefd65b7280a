#include "cli/suite_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "report/format.hpp"
#include "report/table.hpp"

namespace mls::cli {
namespace {

using Stage = trial::TrialState::Stage;
using Score = std::optional<double>;

/// What a task's baselines reach: the yardsticks of an agent.
struct Marks {
  Score human_sota;
  Score start;
};

Marks marks_of(const store::Yardstick& yardstick) {
  Marks marks;
  if (!yardstick.calibration) return marks;
  for (const auto& baseline : score::baseline_scores(yardstick.task, *yardstick.calibration, false)) {
    marks.human_sota = std::max(marks.human_sota.value_or(0), baseline.score.score);
    if (yardstick.task.baseline(baseline.id).start) marks.start = baseline.score.score;
  }
  return marks;
}

/// Task scores by area, for the mean that the leaderboard uses: areas count the same.
class Mean {
 public:
  void add(const std::string& area, double score) { areas_[area].push_back(score); }
  [[nodiscard]] Score value() const {
    if (areas_.empty()) return std::nullopt;
    std::vector<std::vector<double>> scores;
    for (const auto& [area, tasks] : areas_) scores.push_back(tasks);
    return score::overall(scores);
  }

 private:
  std::map<std::string, std::vector<double>> areas_;
};

/// Means over the tasks on which the agent has a score and the baselines too.
struct Means {
  Mean agent;
  Mean human_sota;
  Mean start;
  Mean vanilla;
};

Means means_of(const SuiteResult& result) {
  Means means;
  for (std::size_t i = 0; i < result.states.size(); ++i) {
    const auto& yardstick = result.order->yardsticks[i];
    const auto& score = result.states[i].outcome.scored.score;
    const Marks marks = marks_of(yardstick);
    if (!score || !marks.human_sota || !marks.start) continue;
    means.agent.add(yardstick.task.area, score->score);
    means.human_sota.add(yardstick.task.area, *marks.human_sota);
    means.start.add(yardstick.task.area, *marks.start);
    if (const Score vanilla = result.states[i].outcome.vanilla)
      means.vanilla.add(yardstick.task.area, *vanilla);
  }
  return means;
}

Json json_of(const Score& score) { return score ? Json(100 * *score) : Json(nullptr); }

Score difference(const Score& score, const Score& other) {
  return score && other ? Score(*score - *other) : std::nullopt;
}

Score score_in(const trial::TrialState& state) {
  const auto& score = state.outcome.scored.score;
  return score ? Score(score->score) : std::nullopt;
}

Json trial_json(const store::Yardstick& yardstick, const trial::TrialState& state) {
  const trial::TrialOutcome& outcome = state.outcome;
  const bool done = state.stage == Stage::done;
  const auto& score = outcome.scored.score;
  const Marks marks = marks_of(yardstick);
  Json json{{"task", state.task},
            {"area", yardstick.task.area},
            {"state", done ? "done" : "failed"},
            {"earlier", outcome.earlier},
            {"trial", done ? Json(outcome.id) : Json(nullptr)},
            {"run", done ? Json(outcome.run) : Json(nullptr)},
            {"method_sha256", done ? Json(outcome.method_sha256) : Json(nullptr)},
            {"score", json_of(score_in(state))},
            {"score_se", score ? Json(100 * score->standard_error) : Json(nullptr)},
            {"human_sota", json_of(marks.human_sota)},
            {"start", json_of(marks.start)},
            {"tests", outcome.tests},
            {"vanilla", json_of(outcome.vanilla)},
            {"foresight", outcome.foresight ? trial::to_json(*outcome.foresight) : Json(nullptr)},
            {"first_test", json_of(outcome.first_test)},
            {"best_test", json_of(outcome.best_test)},
            {"cpu_s", outcome.cpu_s},
            {"message", done ? outcome.scored.note : state.message}};
  json.update(trial::to_json(outcome.costs));
  return json;
}

std::optional<trial::Costs> all_costs(const SuiteResult& result) {
  std::optional<trial::Costs> sum;
  for (const auto& state : result.states) sum = trial::sum_of(sum, state.outcome.costs);
  return sum;
}

/// A line for each trial whose model was asked, and one for all; money is spent on those that failed, too.
std::string costs_text(const SuiteResult& result) {
  std::string text;
  for (const auto& state : result.states) {
    if (const auto& costs = state.outcome.costs) text += state.task + ": " + trial::costs_text(*costs) + "\n";
  }
  const auto all = all_costs(result);
  if (all && result.states.size() > 1) text += "together: " + trial::costs_text(*all) + "\n";
  return text;
}

std::string remarks(const SuiteResult& result) {
  std::string text;
  for (const auto& state : result.states) {
    const std::string& remark = state.stage == Stage::failed ? state.message : state.outcome.scored.note;
    if (remark.empty()) continue;
    text += fmt::format("{}: {}{}\n", state.task, state.stage == Stage::failed ? "failed: " : "", remark);
  }
  return text;
}

std::string foresight_text(const SuiteResult& result) {
  std::string text;
  for (const auto& state : result.states) {
    const auto& foresight = state.outcome.foresight;
    if (!foresight) continue;
    text += state.task + ": " + trial::foresight_text(*foresight) + "\n";
  }
  return text;
}

/// As what, and under which conditions.
std::string record_text(const trial::SuiteOrder& order) {
  std::string text = order.conditions.comparable()
                         ? fmt::format("recorded as \"{}\"", order.label)
                         : std::string("NOT COMPARABLE with any other scores, on no leaderboard");
  const std::string conditions = conditions_text(order.conditions);
  return conditions.empty() ? text : text + "; " + conditions;
}

}  // namespace

Json suite_json(const SuiteResult& result) {
  const trial::SuiteOrder& order = *result.order;
  const Means means = means_of(result);
  const auto count = [&](Stage stage) {
    return std::ranges::count(result.states, stage, &trial::TrialState::stage);
  };
  Json trials = Json::array();
  for (std::size_t i = 0; i < result.states.size(); ++i)
    trials.push_back(trial_json(order.yardsticks[i], result.states[i]));
  return {{"suite", result.suite},
          {"agent", order.agent->name()},
          {"settings", order.agent->settings()},
          {"label", order.label},
          {"conditions", trial::to_json(order.conditions)},
          {"comparable", order.conditions.comparable()},
          {"seal", order.options.seal.id},
          {"done", count(Stage::done)},
          {"failed", count(Stage::failed)},
          {"score", json_of(means.agent.value())},
          {"human_sota", json_of(means.human_sota.value())},
          {"start", json_of(means.start.value())},
          {"vanilla", json_of(means.vanilla.value())},
          {"cost_usd", trial::to_json(all_costs(result)).at("cost_usd")},
          {"trials", std::move(trials)}};
}

std::string suite_text(const SuiteResult& result) {
  using report::Align;
  report::Table table({{"task", Align::left},
                       {"score"},
                       {"human SOTA"},
                       {"difference"},
                       {"vanilla"},
                       {"start"},
                       {"tests"},
                       {"first test"},
                       {"best test"},
                       {"", Align::left}});
  for (std::size_t i = 0; i < result.states.size(); ++i) {
    const auto& state = result.states[i];
    const auto& outcome = state.outcome;
    const Marks marks = marks_of(result.order->yardsticks[i]);
    const auto& score = outcome.scored.score;
    table.row({state.task, report::score_text(score_in(state), score ? score->standard_error : 0),
               report::score_text(marks.human_sota),
               report::difference_text(difference(score_in(state), marks.human_sota)),
               report::score_text(outcome.vanilla), report::score_text(marks.start),
               fmt::format("{}", outcome.tests), report::score_text(outcome.first_test),
               report::score_text(outcome.best_test),
               state.stage == Stage::failed ? "failed"
               : outcome.earlier            ? "done before"
                                            : ""});
  }
  const Means means = means_of(result);
  table.rule();
  table.row({report::count_text(result.states.size(), "task"), report::score_text(means.agent.value()),
             report::score_text(means.human_sota.value()),
             report::difference_text(difference(means.agent.value(), means.human_sota.value())),
             report::score_text(means.vanilla.value()), report::score_text(means.start.value())});
  return fmt::format("{} on {}, {}\n\n{}{}", result.order->agent->name(), result.suite,
                     record_text(*result.order), table.text(),
                     foresight_text(result) + costs_text(result) + remarks(result));
}

}  // namespace mls::cli
