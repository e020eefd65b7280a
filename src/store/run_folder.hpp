// Run folders: the truth about every submission (format: docs/store-format.md).
//
// Theory of operation: $MLS_HOME/runs/<id>/ is made with an exclusive mkdir, so two processes never share
// one. It gets the method as submitted, then events.jsonl grows by one fsynced line per event, and at the
// very end result.json appears in one rename. A folder without result.json is an unfinished submission,
// whatever killed it. Nothing here is ever changed or deleted afterwards; what cannot be read is reported and
// left alone.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "evaluate/evaluate.hpp"
#include "score/calibration.hpp"

namespace mls::store {

/// All that is known about a finished submission.
struct Result {
  std::string id;
  std::string task;
  std::string label;     ///< who or what submitted it
  std::string created;   ///< UTC, "2026-01-31T12:00:00Z"
  std::string finished;  ///< UTC
  evaluate::Evaluation evaluation;
  std::optional<score::TaskScore> score;  ///< none when the task is not calibrated
  std::string yardstick_sha256;           ///< Yardstick::sha256 behind `score`; empty without a score
  std::string note;                       ///< why there is no score, or what to know about it
};

[[nodiscard]] Json to_json(const Result& result);
/// Throws bad_input naming the field.
[[nodiscard]] Result result_from_json(const Json& json);

/// Scores of one task as stored and printed: 0 ... 100.
[[nodiscard]] Json to_json(const score::TaskScore& score);
[[nodiscard]] score::TaskScore task_score_from_json(const Json& json);

/// Labels are 1 to 60 bytes of UTF-8 without control characters that begin with a letter, a digit or a byte
/// beyond ASCII (so that a spreadsheet never takes one for a formula). Throws usage_error.
void check_label(std::string_view label);

/// "2026-01-31T12:00:00Z", now.
[[nodiscard]] std::string utc_now();

/// A submission being evaluated.
class RunFolder {
 public:
  /// Makes home/runs/<id>/ with method.cpp and the event `created`. Throws infrastructure (disk full, no
  /// permission).
  static RunFolder create(const std::filesystem::path& home, const std::string& task,
                          const std::string& label, const evaluate::Method& method);

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] const std::string& created() const { return created_; }

  /// Appends {"time", "event", ...fields} to events.jsonl.
  void event(std::string_view kind, const Json& fields = Json::object()) const;
  /// Writes result.json: from here on the submission counts.
  void finish(const Result& result) const;

 private:
  RunFolder(std::string id, std::filesystem::path path, std::string created)
      : id_(std::move(id)), path_(std::move(path)), created_(std::move(created)) {}

  std::string id_;
  std::filesystem::path path_;
  std::string created_;
};

[[nodiscard]] std::filesystem::path runs_folder(const std::filesystem::path& home);

/// Reads folder/result.json without following links. Throws bad_input naming the file: missing, torn, of a
/// newer format, not about this folder.
[[nodiscard]] Result load_result(const std::filesystem::path& folder);

/// What events.jsonl holds; lines that cannot be read (torn by a crash) are counted, not fatal. Missing file:
/// no events.
struct Events {
  std::vector<Json> events;
  int unreadable = 0;
};
[[nodiscard]] Events load_events(const std::filesystem::path& folder);

}  // namespace mls::store
