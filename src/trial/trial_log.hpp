// What is kept of a trial: $MLS_HOME/trials/<id>/ (format: docs/store-format.md).
//
// Theory of operation: the id follows from everything that decides the trial, so that asking for the same
// trial again finds what is there of it. events.jsonl grows by one fsynced line per event; trial.json appears
// in one rename when the submission is recorded, and only then the trial is done. Of a trial that was cut off
// the log tells which tests it made and what they said, so that nothing is tested twice.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
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
};
[[nodiscard]] Json to_json(const TrialKey& key);
/// "<task>-<agent>-<16 hexadecimal digits>".
[[nodiscard]] std::string id_of(const TrialKey& key);

[[nodiscard]] std::filesystem::path trials_folder(const std::filesystem::path& home);

/// How a trial ended.
struct TrialEnd {
  std::string run;  ///< run folder of its submission
  std::string method_sha256;
  int tests = 0;
};

/// What the events say.
struct TrialHistory {
  bool begun = false;
  std::vector<TestReport> tests;
  /// Set when a submission was begun: its method, and when.
  std::optional<std::string> submitting_sha256;
  std::string submitting_since;  ///< UTC
};

class TrialLog {
 public:
  TrialLog(const std::filesystem::path& home, TrialKey key);

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const TrialKey& key() const { return key_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  /// Lines that a crash has torn are skipped. Throws bad_input naming the file for a test that cannot be
  /// read.
  [[nodiscard]] TrialHistory history() const;
  /// Appends {"time", "event", ...fields}.
  void event(std::string_view kind, const Json& fields = Json::object()) const;
  /// As event, for the reason of an error that must not be hidden by another one.
  void try_event(std::string_view kind, const Json& fields) const noexcept;

  /// None while the trial is not done. Throws bad_input naming the file when it cannot be read.
  [[nodiscard]] std::optional<TrialEnd> end() const;
  void finish(const TrialEnd& end) const;

 private:
  TrialKey key_;
  std::string id_;
  std::filesystem::path folder_;
};

}  // namespace mls::trial
