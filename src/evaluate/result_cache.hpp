// Finished runs by content: exactly the same inputs are never run twice.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "evaluate/evaluate.hpp"

namespace mls::evaluate {

/// Everything that decides the verdict of one run.
struct RunKey {
  std::string task_sha256;
  std::string method_sha256;
  std::string setting;
  int seed = 0;
  std::string seal;
  std::map<std::string, std::string> versions;
  bool capped = true;
};

/// Safe for several threads and processes: entries appear by one rename.
class ResultCache {
 public:
  explicit ResultCache(const std::filesystem::path& home) : folder_(home / "results") {}

  /// A damaged entry counts as absent and is replaced by the next put.
  [[nodiscard]] std::optional<RunRecord> get(const RunKey& key) const;
  /// Verdicts that may depend on the machine's load (timeout), may come from outside (doubtful) or are our
  /// fault (infrastructure) are not kept.
  void put(const RunKey& key, const RunRecord& record) const;

 private:
  [[nodiscard]] std::filesystem::path place(const RunKey& key) const;
  std::filesystem::path folder_;
};

[[nodiscard]] Json to_json(const RunRecord& record);
[[nodiscard]] RunRecord run_from_json(const Json& json);  ///< throws bad_input naming the field

}  // namespace mls::evaluate
