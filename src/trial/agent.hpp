// What an agent is, and all that it gets to see: the interface that every kind of agent is written against.
//
// An agent works at a desk. It reads the brief, tests methods on the visible settings as often as its trial
// grants, and submits one. An agent that is a program works in a workshop that the desk opens, from where it
// speaks to the desk over a socket (desk_protocol.hpp). Nothing here tells of hidden settings; scoring on
// them begins after run() has returned, and counts, clocks and logs are kept by the desk, out of its reach
// (supervisor.hpp).
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/json.hpp"
#include "evaluate/evaluate.hpp"
#include "score/calibration.hpp"
#include "trial/budget.hpp"
#include "trial/conditions.hpp"

namespace mls::trial {

struct BaselineBrief {
  std::string id;
  std::string title;
  bool start = false;  ///< what workspaces begin with
  std::string source;
  std::optional<score::TaskScore> visible;  ///< over the visible settings; none without a calibration
  std::string derivation = {};              ///< its idea and origin; only where they are shown
};

/// A task as its agent knows it.
struct Brief {
  std::string task;
  std::string title;
  std::string question;
  std::vector<std::string> settings;  ///< ids of the visible ones
  /// In task.toml order; where none is shown only the start, without scores.
  std::vector<BaselineBrief> baselines;
  std::string note;  ///< why there are no scores; empty when there are
  Conditions conditions = {};

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
  /// By visible setting, means over the seeds whose run was ok.
  std::vector<std::pair<std::string, score::Metrics>> metrics;
  std::string details;  ///< of the first run that failed, all that it says, cut to a few KiB
};
[[nodiscard]] Json to_json(const TestReport& report);
[[nodiscard]] TestReport test_report_from_json(const Json& json);  ///< throws bad_input naming the field

/// Why a desk does not do what it is asked for. Costs nothing.
class Refusal : public Error {
 public:
  enum class Reason {
    over,          ///< the trial has ended, or is about to: there is nothing more to ask for
    budget,        ///< no action or no test is left; what is there can still be submitted
    busy,          ///< another test is running
    unacceptable,  ///< not a source text of at most 64 KiB
    malformed,     ///< not a request
    surface,       ///< given files other than the method were changed, and the surface is strict
    mismatch,      ///< the request does not fit what is there: a text that is not in the file, no such line
  };
  Refusal(Reason reason, const std::string& message) : Error(Fault::bad_input, message), reason_(reason) {}
  [[nodiscard]] Reason reason() const { return reason_; }

 private:
  Reason reason_;
};
[[nodiscard]] std::string_view name_of(Refusal::Reason reason);

/// Where an agent that is a program finds what it needs, for as long as this lives.
class Workshop {
 public:
  virtual ~Workshop() = default;
  /// To be shown to the program read-only: workspace/ (what it begins with), bin/ (its tools) and `socket`,
  /// where the desk listens.
  [[nodiscard]] virtual const std::filesystem::path& folder() const = 0;
  /// Folders of this machine that the program must never see: the benchmark, its data, its programs.
  [[nodiscard]] virtual std::vector<std::filesystem::path> secrets() const = 0;
  /// Requested when the program must end: time is up, or somebody wants everything to stop.
  [[nodiscard]] virtual std::stop_token over() const = 0;
  /// Where what the program prints is kept.
  [[nodiscard]] virtual std::filesystem::path log_file() const = 0;
  /// For the log of the trial.
  virtual void event(std::string_view kind, const Json& fields) = 0;
  /// Whether anything was tested or submitted in this trial.
  [[nodiscard]] virtual bool anything_done() const = 0;
};

class Toolbox;  // tools.hpp

class Desk {
 public:
  virtual ~Desk() = default;
  [[nodiscard]] virtual const Brief& brief() const = 0;
  /// Tests that are left; the largest int when they are not counted.
  [[nodiscard]] virtual int tests_left() const = 0;
  /// Evaluates a method on the visible settings, on draws other than those that will score it, and logs it
  /// together with `note` (what the agent tried, for readers of the log). Throws Refusal, infrastructure when
  /// the machine fails, evaluate::Interrupted.
  virtual TestReport test(const std::string& source, const Json& note) = 0;
  /// This is to be scored, unless another one is submitted before the trial ends. Throws Refusal.
  virtual void submit(const std::string& source) = 0;
  /// At most one at a time. Throws infrastructure where there is none.
  [[nodiscard]] virtual std::unique_ptr<Workshop> open_workshop();
  /// For agents that call tools by name (tools.hpp). Throws infrastructure where there is none.
  [[nodiscard]] virtual std::unique_ptr<Toolbox> open_toolbox();
};

/// Shared by all trials of a suite, which may run at once.
class Agent {
 public:
  virtual ~Agent() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  /// Everything that decides what it does on a given task: equal settings, equal trials.
  [[nodiscard]] virtual Json settings() const = 0;
  /// What a trial of it is granted.
  [[nodiscard]] virtual Budget budget() const = 0;
  /// Whether everything that it asks of the desk follows from settings(), the brief and the reports. Then an
  /// interrupted trial is taken up by running the agent again from its beginning while the desk repeats what
  /// it reported before; any other agent goes on from where the log ends.
  [[nodiscard]] virtual bool repeatable() const { return true; }
  /// Whether it spends most of a trial waiting, for a model or a test, so that more trials than there are
  /// cores may run at once.
  [[nodiscard]] virtual bool mostly_waits() const { return !repeatable(); }
  /// What must not be in anything that is kept of its trials, whoever writes it.
  [[nodiscard]] virtual std::vector<std::string> secrets() const { return {}; }
  /// Whether it may say beforehand what it expects of a method (predictions.hpp).
  [[nodiscard]] virtual bool predicts() const { return false; }
  virtual void run(Desk& desk) const = 0;
};

struct AgentOptions {
  std::uint64_t seed = 0;
  std::optional<int> tests;         ///< as many as the agent takes by default when absent
  std::optional<std::string> tier;  ///< the agent's own when absent
  std::filesystem::path config;     ///< TOML file of an agent that needs one
  bool predict = false;             ///< keep the agent's predictions
};
[[nodiscard]] const std::vector<std::string>& agent_names();
/// Throws usage_error for an unknown name (with the nearest) and for an option that the agent has no use for,
/// bad_input for what is wrong in its file.
[[nodiscard]] std::unique_ptr<Agent> make_agent(const std::string& name, const AgentOptions& options);

}  // namespace mls::trial
