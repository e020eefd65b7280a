// What is kept of a trial: $MLS_HOME/trials/<id>/ (format: docs/store-format.md).
//
// Theory of operation: the id follows from everything that decides the trial, so that asking for the same
// trial again finds what is there of it. events.jsonl grows by one fsynced line per event; trial.json appears
// in one rename when the submission is recorded, and only then the trial is done. Of a trial that was cut off
// the log tells which steps it took and what its tests said, so that nothing is tested twice; what is written
// is never changed, so that the log of a trial that goes on begins with what was there. The methods that
// events speak of by their hash lie in methods/, written before the event that names them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "llm/redact.hpp"
#include "store/scoring.hpp"
#include "trial/agent.hpp"

namespace mls::trial {

/// What decides a trial.
struct TrialKey {
  std::string task;
  std::string task_sha256;
  std::string yardstick_sha256;  ///< scores guide agents; empty without a calibration
  std::string seal;              ///< public id
  std::string agent;
  Json settings;      ///< Agent::settings
  std::string label;  ///< of the submission
  Conditions conditions = {};
};
[[nodiscard]] Json to_json(const TrialKey& key);
[[nodiscard]] TrialKey trial_key_from_json(const Json& json);  ///< throws bad_input naming the field
/// "<task>-<agent>-<16 hexadecimal digits>". Conditions that are as usual leave no trace in it.
[[nodiscard]] std::string id_of(const TrialKey& key);

[[nodiscard]] std::filesystem::path trials_folder(const std::filesystem::path& home);
/// Of the trials that there are, those that begin so.
[[nodiscard]] std::vector<std::string> trial_ids(const std::filesystem::path& home,
                                                 const std::string& beginning);

/// One thing that an agent did.
struct Step {
  enum class Kind { edit, test, submission, note };
  Kind kind = Kind::note;
  std::string method_sha256;         ///< empty for a note
  std::optional<TestReport> report;  ///< of a test
  Json predictions;                  ///< beside a test or submission; null when there were none
};

/// How a trial ended.
struct TrialEnd {
  std::string run;  ///< run folder of its submission
  std::string method_sha256;
  int tests = 0;
  std::string vanilla_sha256;  ///< method of the first test, of the submission when nothing was tested
};

/// What the events say.
struct TrialHistory {
  bool begun = false;
  std::vector<Step> steps;
  double seconds = 0;  ///< worked on, as of the last event that tells
  /// An agent has worked on it, whether or not it has got as far as a step.
  bool worked = false;
  bool ended = false;  ///< the agent's part is over
  /// Set when a submission was begun: its method, and when.
  std::optional<std::string> submitting_sha256;
  std::string submitting_since;             ///< UTC
  std::vector<std::string> submitted_runs;  ///< that were recorded
  bool vanilla = false;                     ///< the first test's method is scored

  [[nodiscard]] std::vector<TestReport> tests() const;
};

/// Version of what events.jsonl and trial.json hold (docs/store-format.md).
inline constexpr int trial_format = 2;

/// Of the trial in this folder; none while it is not done. Throws bad_input naming the file when it cannot be
/// read.
[[nodiscard]] std::optional<TrialEnd> trial_end_in(const std::filesystem::path& folder);

class TrialLog {
 public:
  /// What `redact` is for gets into no event but the first of an attempt, which says what decides the trial,
  /// and into no method.
  TrialLog(const std::filesystem::path& home, TrialKey key, llm::Redactor redact = {});
  /// That of a trial which somebody names: its id, the beginning of it, or its folder. Throws usage_error
  /// with what there is when it is none or several, bad_input when what is there cannot be read.
  static TrialLog named(const std::filesystem::path& home, const std::string& name);

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const TrialKey& key() const { return key_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  /// Lines that a crash has torn are skipped. Throws bad_input naming the file for a test that cannot be
  /// read.
  [[nodiscard]] TrialHistory history() const;
  /// Every event that can be read, in order.
  [[nodiscard]] std::vector<Json> events() const;
  /// Appends {"time", "event", ...fields}.
  void event(std::string_view kind, const Json& fields = Json::object()) const;
  /// As event, for the reason of an error that must not be hidden by another one.
  void try_event(std::string_view kind, const Json& fields) const noexcept;

  /// Keeps a method under its hash. Throws Refusal when it holds a secret.
  void keep(const evaluate::Method& method) const;
  /// Throws bad_input when it is missing or not what its name says.
  [[nodiscard]] evaluate::Method kept(const std::string& sha256) const;

  [[nodiscard]] std::optional<TrialEnd> end() const { return trial_end_in(folder_); }
  void finish(const TrialEnd& end) const;

 private:
  TrialKey key_;
  llm::Redactor redact_;
  std::string id_;
  std::filesystem::path folder_;
};

}  // namespace mls::trial
