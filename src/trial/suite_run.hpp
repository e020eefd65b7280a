// Many trials: one agent on every task of a suite, several at a time.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "trial/trial.hpp"

namespace mls::trial {

struct SuiteOrder {
  const evaluate::Places* places = nullptr;
  std::vector<store::Yardstick> yardsticks;  ///< of the suite's tasks, in order
  const Agent* agent = nullptr;
  std::string label;
  Conditions conditions;
  /// 0: one per core, or 8 if that is more and the agent mostly waits.
  int trials_at_once = 0;
  evaluate::Options options;  ///< seal, stop
  bool finish = false;        ///< TrialOrder::finish
};

struct TrialState {
  enum class Stage { waiting, running, done, failed };
  std::string task;
  Stage stage = Stage::waiting;
  TrialProgress progress;
  bool stalled = false;  ///< all its work waits for cores
  TrialOutcome outcome;  ///< when done; of one that failed only `costs`
  std::string message;   ///< when failed
  int exit_code = 0;     ///< when failed: that of the error
};
using SuiteSink = std::function<void(const std::vector<TrialState>&)>;  ///< called from one thread at a time

/// The trial on task number `index` by itself. `order` must live longer.
[[nodiscard]] TrialOrder trial_of(const SuiteOrder& order, std::size_t index);

/// Runs every trial; one that fails does not keep the others from running. The states are in the order of the
/// tasks, each done or failed. Throws evaluate::Interrupted when asked to stop; what is done is kept.
[[nodiscard]] std::vector<TrialState> run_suite(const SuiteOrder& order, const SuiteSink& sink);

}  // namespace mls::trial
