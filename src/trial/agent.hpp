// What an agent is, and all that it gets to see: the interface that every kind of agent is written against.
//
// An agent works at a desk. It reads the brief, tests methods on the visible settings as often as its trial
// grants, and returns the source that it submits. Nothing here tells of hidden settings; scoring on them
// begins after run() has returned, and counts, clocks and logs are kept by the desk, out of its reach
// (trial.hpp).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "evaluate/evaluate.hpp"
#include "score/calibration.hpp"

namespace mls::trial {

struct BaselineBrief {
  std::string id;
  std::string title;
  bool start = false;  ///< what workspaces begin with
  std::string source;
  std::optional<score::TaskScore> visible;  ///< over the visible settings; none without a calibration
};

/// A task as its agent knows it.
struct Brief {
  std::string task;
  std::string title;
  std::string question;
  std::vector<std::string> settings;     ///< ids of the visible ones
  std::vector<BaselineBrief> baselines;  ///< in task.toml order
  std::string note;                      ///< why there are no scores; empty when there are

  [[nodiscard]] const BaselineBrief& start() const;
};

/// What one test says.
struct TestReport {
  std::string method_sha256;
  /// Of the whole test: that of the first run that failed, else ok.
  evaluate::Status status = evaluate::Status::ok;
  std::string message;          ///< of that run, its first line
  std::optional<double> score;  ///< 0 ... 1, over the visible settings; none without a calibration
  std::vector<std::pair<std::string, double>> settings;  ///< visible setting and its score
};
[[nodiscard]] Json to_json(const TestReport& report);
[[nodiscard]] TestReport test_report_from_json(const Json& json);  ///< throws bad_input naming the field

class Desk {
 public:
  virtual ~Desk() = default;
  [[nodiscard]] virtual const Brief& brief() const = 0;
  /// Tests that are left.
  [[nodiscard]] virtual int tests_left() const = 0;
  /// Evaluates a method on the visible settings, on draws other than those that will score it, and logs it
  /// together with `note` (what the agent tried, for readers of the log). Throws bad_input when no test is
  /// left, infrastructure when the machine fails, evaluate::Interrupted.
  virtual TestReport test(const std::string& source, const Json& note) = 0;
};

/// Shared by all trials of a suite, which may run at once.
class Agent {
 public:
  virtual ~Agent() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  /// Everything that decides what it does on a given task: equal settings, equal trials.
  [[nodiscard]] virtual Json settings() const = 0;
  /// Tests that a trial of it is granted.
  [[nodiscard]] virtual int tests() const = 0;
  /// The source to submit. It must follow from settings(), the brief and the reports alone: an interrupted
  /// trial is taken up by running the agent again while the desk repeats what it reported before.
  [[nodiscard]] virtual std::string run(Desk& desk) const = 0;
};

struct AgentOptions {
  std::uint64_t seed = 0;
  std::optional<int> tests;  ///< as many as the agent takes by default when absent
};
[[nodiscard]] const std::vector<std::string>& agent_names();
/// Throws usage_error for an unknown name (with the nearest) and for an option that the agent has no use for.
[[nodiscard]] std::unique_ptr<Agent> make_agent(const std::string& name, const AgentOptions& options);

}  // namespace mls::trial
