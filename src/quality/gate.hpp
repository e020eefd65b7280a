// What a quality gate found (docs/quality-gates.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"

namespace mls::quality {

/// How `value` must stand to `bound`.
enum class Relation { at_least, at_most, below };
[[nodiscard]] std::string_view sign_of(Relation relation);  ///< ">=", "<=", "<"

/// One named check of one task.
struct Gate {
  std::string name;
  bool passed = false;
  std::optional<double> value;  ///< measured; none when it could not be measured or does not apply
  Relation relation = Relation::at_least;
  double bound = 0;
  std::string detail;  ///< what was measured, or what failed and why; one line
};

struct TaskReport {
  std::string task;
  std::vector<Gate> gates;
  [[nodiscard]] bool passed() const;
};

/// {"tasks":[{"id","passed","gates":[{"name","passed","value","relation","bound","detail"}]}]}; value is null
/// when there is none.
[[nodiscard]] Json to_json(const std::vector<TaskReport>& reports);
/// A table with one line a gate and a line at the end that counts.
[[nodiscard]] std::string text_of(const std::vector<TaskReport>& reports);

}  // namespace mls::quality
