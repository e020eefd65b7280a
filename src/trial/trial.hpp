// One trial: one agent on one task, from its first test to its recorded submission.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "evaluate/evaluate.hpp"
#include "store/scoring.hpp"
#include "trial/agent.hpp"
#include "trial/core_shares.hpp"
#include "trial/costs.hpp"
#include "trial/predictions.hpp"

namespace mls::trial {

/// The brief of a task. Of the calibration only what was measured on visible settings goes in. Throws
/// bad_input when derivations are to be shown and the task has none.
[[nodiscard]] Brief brief_of(const store::Yardstick& yardstick, const Conditions& conditions = {});

struct TrialProgress {
  int tests = 0;     ///< finished ones
  int granted = 0;   ///< that may be made; -1 when they are not counted
  int repeated = 0;  ///< of the finished ones, known from an earlier, interrupted attempt
  bool testing = false;
  bool submitting = false;
  int runs_done = 0;  ///< of the evaluation that is under way
  int runs = 0;
  Budget budget;
  int actions = 0;             ///< taken
  double seconds = 0;          ///< worked on, as of `told`
  std::optional<double> best;  ///< of the tests, over the visible settings
  std::chrono::steady_clock::time_point told;
  /// Of the whole trial, the submission counting as much as a test: 0 ... 1.
  [[nodiscard]] double share() const;
  /// That with which this attempt began.
  [[nodiscard]] double share_before() const;
};
using TrialSink = std::function<void(const TrialProgress&)>;  ///< called from one thread at a time

struct TrialOrder {
  const evaluate::Places* places = nullptr;
  const store::Yardstick* yardstick = nullptr;
  const Agent* agent = nullptr;
  std::string label;
  Conditions conditions;
  evaluate::Options options;           ///< jobs, seal, stop
  TrialSink progress;                  ///< may be empty
  CoreShares::Claim* cores = nullptr;  ///< on what trials share; null when there is no other
  /// The agent does nothing more: what there is of the trial is scored.
  bool finish = false;
};

struct TrialOutcome {
  std::string id;
  std::string run;  ///< of the recorded submission
  std::string method_sha256;
  int tests = 0;
  std::optional<double> first_test;  ///< 0 ... 1, over the visible settings
  std::optional<double> best_test;
  store::Scored scored;  ///< the submission, by the present calibration
  /// The method of the first test on all settings (of the submission when there was none): 0 ... 1.
  std::optional<double> vanilla;
  std::optional<Foresight> foresight;  ///< of an agent that predicts
  std::optional<Costs> costs;          ///< of an agent that asks a model
  double cpu_s = 0;                    ///< of the submission's runs
  bool earlier = false;                ///< was done already: nothing was run
};

/// Runs the trial, or goes on with what there is of it: tests that its log knows are not made again, a
/// submission that was recorded is not recorded again, a done trial is only reported. Holds the trial's lock,
/// so that two processes never work on the same trial. What is scored is what was submitted last, else what
/// was tested last, else what workspaces begin with; with `finish`, bad_input when there is neither. Throws
/// bad_input, infrastructure (the trial is then not done and may be tried again) and evaluate::Interrupted.
[[nodiscard]] TrialOutcome run_trial(const TrialOrder& order);

/// Only the agent's part of it: what is to be scored is settled, and run_trial scores it. Does nothing when
/// that is so already. Throws as run_trial does.
void work_on_trial(const TrialOrder& order);

/// What a trial has cost so far, done or not. None when that cannot be read, too.
[[nodiscard]] std::optional<Costs> costs_of(const TrialOrder& order) noexcept;

/// How far a trial is.
struct TrialStanding {
  std::string id;
  bool busy = false;       ///< somebody works on it or scores it right now
  bool begun = false;      ///< there is something of it
  bool submitted = false;  ///< something was
  bool ended = false;      ///< the agent's part is over
  bool done = false;       ///< it is scored
};
/// Looks, changes nothing and waits for nobody.
[[nodiscard]] TrialStanding standing_of(const TrialOrder& order);

}  // namespace mls::trial
