#include "cli/suite_progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/trial_table.hpp"
#include "report/format.hpp"

namespace mls::cli {
namespace {

using Stage = trial::TrialState::Stage;

bool has_ended(const trial::TrialState& state) {
  return state.stage == Stage::done || state.stage == Stage::failed;
}

std::string activity_text(const trial::TrialState& state) {
  const auto& progress = state.progress;
  const std::string runs = progress.runs > 0 ? fmt::format(" {}/{}", progress.runs_done, progress.runs) : "";
  if (progress.submitting) return fmt::format("{}: scoring{}", state.task, runs);
  if (progress.granted < 0) return fmt::format("{}: test {}{}", state.task, progress.tests + 1, runs);
  return fmt::format("{}: test {} of {}{}", state.task, std::min(progress.tests + 1, progress.granted),
                     progress.granted, runs);
}

std::string end_text(const trial::TrialState& state) {
  if (state.stage == Stage::failed) return fmt::format("{}: failed: {}", state.task, state.message);
  const auto& scored = state.outcome.scored;
  const std::string score =
      scored.score ? fmt::format("score {}", report::score_text(scored.score->score)) : scored.note;
  return fmt::format("{}: {}{}", state.task, score, state.outcome.earlier ? " (done before)" : "");
}

std::string time_left_text(double seconds) {
  if (seconds < 1) return "";
  if (seconds < 100) return fmt::format(", about {:.0f} s left", seconds);
  return fmt::format(", about {:.0f} min left", seconds / 60);
}

}  // namespace

std::string counts_text(const std::vector<trial::TrialState>& states) {
  const auto count = [&](Stage stage) {
    return std::ranges::count(states, stage, &trial::TrialState::stage);
  };
  return fmt::format("{} of {} done, {} running, {} failed", count(Stage::done), states.size(),
                     count(Stage::running), count(Stage::failed));
}

double seconds_left(const std::vector<trial::TrialState>& states, double elapsed_s) {
  double worked = 0;
  double left = 0;
  for (const auto& state : states) {
    // What was done before, or failed at once, says nothing about the pace.
    if (state.stage == Stage::failed || (state.stage == Stage::done && state.outcome.earlier)) continue;
    const double share = state.stage == Stage::done ? 1 : state.progress.share();
    worked += std::max(0.0, share - state.progress.share_before());
    left += 1 - share;
  }
  return worked > 0 ? left * elapsed_s / worked : 0;
}

SuiteProgress::SuiteProgress(std::string suite)
    : suite_(std::move(suite)), live_([this](const Screen& screen) { return text(screen); }) {}

std::string SuiteProgress::text(const Screen& screen) {
  const std::scoped_lock lock(mutex_);
  if (states_.empty()) return "";
  const double elapsed = std::chrono::duration<double>(Clock::now() - since_).count();
  std::string text =
      fmt::format("{}: {}{}", suite_, counts_text(states_), time_left_text(seconds_left(states_, elapsed)));
  constexpr std::size_t least_rows = 6;  // one trial, what counts the others, and a line for the shell
  if (screen.rows >= least_rows) return text + "\n" + trial_table(states_, Clock::now(), screen.rows - 2);
  for (const auto& state : states_) {
    if (state.stage == Stage::running) text += "  " + activity_text(state);
  }
  return text;
}

void SuiteProgress::show(const std::vector<trial::TrialState>& states) {
  const std::scoped_lock lock(mutex_);
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (has_ended(states[i]) && (i >= states_.size() || !has_ended(states_[i])))
      live_.say_above(end_text(states[i]));
  }
  states_ = states;
}

}  // namespace mls::cli
