#include "cli/trial_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/format.hpp"
#include "report/table.hpp"

namespace mls::cli {
namespace {

using trial::TrialState;
using Stage = TrialState::Stage;
using Clock = std::chrono::steady_clock;

std::string doing_text(const TrialState& state) {
  const trial::TrialProgress& progress = state.progress;
  if (!progress.testing && !progress.submitting) return "agent works";
  std::string text =
      progress.submitting ? std::string("scoring") : fmt::format("test {}", progress.tests + 1);
  if (progress.runs > 0) text += fmt::format(" {}/{}", progress.runs_done, progress.runs);
  return state.stalled ? text + ", waits for a core" : text;
}

std::string state_text(const TrialState& state) {
  switch (state.stage) {
    case Stage::waiting:
      return "waiting";
    case Stage::running:
      return doing_text(state);
    case Stage::failed:
      return "failed";
    case Stage::done:
      break;
  }
  const auto& score = state.outcome.scored.score;
  return fmt::format("done{}{}", score ? ", score " + report::score_text(score->score) : "",
                     state.outcome.earlier ? ", before" : "");
}

std::string count_text(int used, const std::optional<int>& limit) {
  return limit ? fmt::format("{} of {}", used, *limit) : fmt::format("{}", used);
}

std::string time_left(const TrialState& state, Clock::time_point now) {
  const trial::TrialProgress& progress = state.progress;
  if (state.stage != Stage::running || progress.submitting || !progress.budget.seconds) return "";
  double left = *progress.budget.seconds - progress.seconds;
  if (!state.stalled) left -= std::chrono::duration<double>(now - progress.told).count();
  return report::duration_text(std::max(0.0, left));
}

/// Positions of those that are shown, in order.
std::vector<std::size_t> shown(const std::vector<TrialState>& states, std::size_t most) {
  const auto rank = [&](std::size_t i) {
    const Stage stage = states[i].stage;
    return std::pair(stage == Stage::running ? 0 : stage == Stage::waiting ? 1 : 2, i);
  };
  std::vector<std::size_t> chosen(states.size());
  for (std::size_t i = 0; i < chosen.size(); ++i) chosen[i] = i;
  std::ranges::sort(chosen, {}, rank);
  chosen.resize(std::min(most, chosen.size()));
  std::ranges::sort(chosen);
  return chosen;
}

void add_row(report::Table& table, const TrialState& state, Clock::time_point now) {
  const trial::TrialProgress& progress = state.progress;
  const bool begun = state.stage != Stage::waiting && !state.outcome.earlier;
  table.row({state.task, state_text(state),
             begun ? count_text(progress.actions, progress.budget.actions) : "",
             begun ? count_text(progress.tests, progress.budget.tests) : "",
             begun ? report::score_text(progress.best) : "", time_left(state, now)});
}

}  // namespace

std::string trial_table(const std::vector<TrialState>& states, Clock::time_point now, std::size_t lines) {
  using report::Align;
  report::Table table({{"task", Align::left},
                       {"state", Align::left},
                       {"actions"},
                       {"tests"},
                       {"best visible"},
                       {"time left"}});
  constexpr std::size_t head = 2;  // the titles and the rule below them
  const std::size_t room = lines > head ? lines - head : 1;
  const bool all_fit = states.size() <= room;
  const std::vector<std::size_t> rows = shown(states, all_fit ? room : std::max<std::size_t>(room - 1, 1));
  for (const std::size_t i : rows) add_row(table, states[i], now);
  std::string text = table.text();
  if (!all_fit) text += fmt::format("and {} more\n", states.size() - rows.size());
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace mls::cli
