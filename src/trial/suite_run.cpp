#include "trial/suite_run.hpp"

#include <algorithm>
#include <mutex>

#include "core/error.hpp"
#include "evaluate/workers.hpp"
#include "trial/core_shares.hpp"

namespace mls::trial {
namespace {

/// The states of all trials, changed by many threads.
class Board {
 public:
  Board(const SuiteOrder& order, const SuiteSink& sink) : sink_(sink) {
    for (const auto& yardstick : order.yardsticks) states_.emplace_back().task = yardstick.task.id;
  }

  template <typename Change>
  void change(std::size_t trial, const Change& change) {
    const std::scoped_lock lock(mutex_);
    change(states_[trial]);
    if (sink_) sink_(states_);
  }

  std::vector<TrialState> take() { return std::move(states_); }

 private:
  const SuiteSink& sink_;
  std::mutex mutex_;
  std::vector<TrialState> states_;
};

void fail(Board& board, std::size_t trial, const std::exception& error) {
  const auto* known = dynamic_cast<const Error*>(&error);
  board.change(trial, [&](TrialState& state) {
    state.stage = TrialState::Stage::failed;
    state.message = error.what();
    state.exit_code = known != nullptr ? known->exit_code() : 3;
  });
}

void run_one(const SuiteOrder& order, std::size_t index, CoreShares& shares, Board& board) {
  CoreShares::Claim claim(shares, [&] {
    board.change(index, [&](TrialState& state) { state.stalled = claim.use().stalled(); });
  });
  TrialOrder trial = trial_of(order, index);
  trial.options.jobs = 0;  // as many as there are cores
  trial.cores = &claim;
  trial.progress = [&](const TrialProgress& progress) {
    board.change(index, [&](TrialState& state) { state.progress = progress; });
  };
  board.change(index, [](TrialState& state) { state.stage = TrialState::Stage::running; });
  try {
    TrialOutcome outcome = run_trial(trial);
    board.change(index, [&](TrialState& state) {
      state.stage = TrialState::Stage::done;
      state.outcome = std::move(outcome);
    });
  } catch (const evaluate::Interrupted&) {
    throw;
  } catch (const std::exception& error) {
    // What fails after a stop was asked for fails because of it.
    if (order.options.stop.stop_requested()) throw evaluate::Interrupted();
    fail(board, index, error);
    board.change(index, [&](TrialState& state) { state.outcome.costs = costs_of(trial); });
  }
}

int trials_at_once(const SuiteOrder& order, int cores) {
  constexpr int of_those_that_wait = 8;
  if (order.trials_at_once > 0) return order.trials_at_once;
  return order.agent->mostly_waits() ? std::max(cores, of_those_that_wait) : cores;
}

}  // namespace

TrialOrder trial_of(const SuiteOrder& order, std::size_t index) {
  TrialOrder trial;
  trial.places = order.places;
  trial.yardstick = &order.yardsticks[index];
  trial.agent = order.agent;
  trial.label = order.label;
  trial.conditions = order.conditions;
  trial.options = order.options;
  trial.finish = order.finish;
  return trial;
}

std::vector<TrialState> run_suite(const SuiteOrder& order, const SuiteSink& sink) {
  Board board(order, sink);
  const std::vector<int> cores = evaluate::usable_cores();
  CoreShares shares(cores);
  const int at_once = trials_at_once(order, static_cast<int>(cores.size()));
  evaluate::run_jobs(static_cast<int>(order.yardsticks.size()), at_once, order.options.stop,
                     [&](int index, int) { run_one(order, static_cast<std::size_t>(index), shares, board); });
  if (order.options.stop.stop_requested()) throw evaluate::Interrupted();
  return board.take();
}

}  // namespace mls::trial
