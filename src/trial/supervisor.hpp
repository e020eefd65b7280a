// Owns one trial: what its agent may do, what it did, and what of it is scored.
//
// Theory of operation: every kind of agent works at this one desk: those inside this process call it, those
// that are programs reach it through a socket (desk_protocol.hpp), from as many threads as they have
// connections. Whatever an agent does is one event of the trial's log, appended when it is done and never
// changed, and what is left of the budget follows from the log alone; so a supervisor that is killed at any
// moment and started again finds everything but the step in flight. Time is counted while a trial is worked
// on: a clock thread notes it every minute and ends the trial when it is up. Where trials share cores, a test
// counts as long as it would take alone: the clock stands still while it waits for others.
//
// An action is an edit or a test. An edit happens when the desk is shown a method that differs from the one
// before. Submitting, notes and questions about the budget are free. A test takes its action when it is
// granted, and gives it back when it is cut short.
#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "trial/agent.hpp"
#include "trial/trial.hpp"
#include "trial/trial_log.hpp"

namespace mls::trial {

/// What an agent has done, step by step.
class Account {
 public:
  explicit Account(std::string start_sha256) : draft_(std::move(start_sha256)) {}
  void add(const Step& step);

  [[nodiscard]] int actions() const { return actions_; }
  [[nodiscard]] int tests() const { return tests_; }
  [[nodiscard]] std::size_t steps() const { return steps_; }
  [[nodiscard]] const std::string& draft() const { return draft_; }  ///< what the desk was shown last
  [[nodiscard]] const std::optional<TestReport>& last_test() const { return last_test_; }
  [[nodiscard]] const std::optional<std::string>& submitted() const { return submitted_; }

  /// What is scored if the trial ends now, and why that.
  struct Choice {
    std::string method_sha256;
    std::string_view why;  ///< "submission", "last test" or "start"
  };
  [[nodiscard]] Choice choice(const std::string& start_sha256) const;
  /// Of the first test; that of the choice when nothing was tested.
  [[nodiscard]] std::string vanilla(const std::string& start_sha256) const;

 private:
  int actions_ = 0;
  int tests_ = 0;
  std::size_t steps_ = 0;
  std::string draft_;
  std::optional<std::string> first_tested_;
  std::optional<TestReport> last_test_;
  std::optional<std::string> submitted_;
};

class Supervisor final : public Desk {
 public:
  /// The arguments must live longer. `history` is what the log says of earlier attempts.
  Supervisor(const TrialOrder& order, const TrialLog& log, TrialHistory history);
  ~Supervisor() override;
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  /// Lets the agent work until it has ended or the trial is over (unless it had ended before). Throws what
  /// kept it from working: a fault of the benchmark, evaluate::Interrupted, what the agent throws.
  void work();
  /// Evaluates what is to be scored on all settings, and the method of the first test as well. To be called
  /// when work() has returned.
  [[nodiscard]] TrialEnd score();

  [[nodiscard]] const Brief& brief() const override { return brief_; }
  [[nodiscard]] int tests_left() const override;
  TestReport test(const std::string& source, const Json& note) override;
  void submit(const std::string& source) override;
  [[nodiscard]] std::unique_ptr<Workshop> open_workshop() override;
  [[nodiscard]] std::unique_ptr<Toolbox> open_toolbox() override;

  // What follows may be called by several threads at once.

  /// `predictions`: null, or what predictions_from_json (predictions.hpp) has accepted.
  TestReport test(const evaluate::Method& method, const Json& note, const Json& predictions);
  /// The same in two steps: grants the test (or throws Refusal), and makes it when what is returned is
  /// called, once, by any thread. Whatever is done in between changes neither what is tested nor what it
  /// costs. What is dropped without a call was never granted. The supervisor must live longer.
  [[nodiscard]] std::function<TestReport()> begin_test(const evaluate::Method& method, const Json& note,
                                                       const Json& predictions);
  void submit(const evaluate::Method& method, const Json& predictions);
  /// Shows the desk a method without asking for anything; takes an action if it differs from the one before.
  void edit(const evaluate::Method& method);
  void note(const std::string& text);
  /// {"budget", "used", "draft_sha256", "submitted_sha256", "testing", "last_test"}; the last one null
  /// before there is one.
  [[nodiscard]] Json status() const;
  [[nodiscard]] const Budget& budget() const { return budget_; }
  [[nodiscard]] Used used() const;
  [[nodiscard]] std::stop_token over() const { return over_.get_token(); }
  /// Logs that something was refused; as often as is of use.
  void refused(const std::string& what, const Refusal& why);
  void event(std::string_view kind, Json fields);
  /// Of what workspaces begin with.
  [[nodiscard]] const std::string& start_sha256() const { return start_sha256_; }
  /// The method that the desk was shown last.
  [[nodiscard]] std::string draft_source() const;
  /// One that the desk was shown, or what workspaces begin with. Throws bad_input when it is missing or
  /// changed on the disk.
  [[nodiscard]] evaluate::Method method_of(const std::string& sha256) const;
  [[nodiscard]] bool anything_done() const;
  /// Whether an agent has worked on this trial before, so that this one goes on.
  [[nodiscard]] bool goes_on() const { return history_.worked; }
  /// A fault of the benchmark has come up on another thread than the agent's: ends the trial.
  void fail(std::exception_ptr fault);
  [[nodiscard]] const TrialOrder& order() const { return order_; }
  [[nodiscard]] const TrialLog& log() const { return log_; }

 private:
  using Clock = std::chrono::steady_clock;
  using Lock = std::unique_lock<std::mutex>;

  // Those with a lock are called with mutex_ held.
  void require_open(const Lock& lock) const;
  void require_actions(const Lock& lock, int actions) const;
  void require_test(const Lock& lock) const;
  /// Whether an earlier attempt, which this one repeats, took this step next; then it counts as taken again.
  /// If it took another one, the rest of what it did is forgotten.
  bool repeated(const Lock& lock, Step::Kind kind, const std::string& sha256);
  void take(const Lock& lock, const Step& step, Json fields);
  void show(const Lock& lock, const evaluate::Method& method);
  [[nodiscard]] bool is_edit(const Lock& lock, const evaluate::Method& method) const;
  [[nodiscard]] Used used(const Lock& lock) const;
  /// Worked on, without what other trials' work has delayed this one's.
  [[nodiscard]] double seconds() const;
  [[nodiscard]] CoreShares::Use cores_used() const;
  [[nodiscard]] evaluate::Options options() const;
  void tell_account(const Lock& lock);

  class Grant;
  /// Makes a test that was granted, and logs it.
  TestReport finish_test(Grant& grant, const evaluate::Method& method, const Json& note,
                         const Json& predictions);
  [[nodiscard]] TestReport tested(const evaluate::Method& method);
  [[nodiscard]] std::string recorded(const evaluate::Method& method);
  void score_vanilla(const evaluate::Method& method);
  void begin_evaluation(bool test);
  [[nodiscard]] evaluate::ProgressSink sink();
  void tell(const std::function<void(TrialProgress&)>& change);
  void watch_clock(const std::stop_token& stop);
  void end(std::string_view why);

  const TrialOrder& order_;
  const TrialLog& log_;
  const TrialHistory history_;
  Brief brief_;
  Budget budget_;
  std::string start_sha256_;
  const Clock::time_point since_ = Clock::now();

  std::stop_source over_;
  mutable std::mutex mutex_;  // guards the account and the log
  Account account_;
  std::vector<Step> known_;  // by an earlier attempt, which a repeatable agent takes again
  std::size_t next_ = 0;     // of known_
  bool testing_ = false;
  int refusals_ = 0;
  std::exception_ptr fault_;
  std::condition_variable_any tick_;

  std::mutex progress_mutex_;
  TrialProgress progress_;

  std::stop_callback<std::function<void()>> stop_with_order_;
  std::jthread clock_;
};

}  // namespace mls::trial
