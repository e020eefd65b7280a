// Whether caps on what a component or a carried model may hold are enforced.
//
// They always are, except in trials of a study of what agents do with room (docs/agents.md, "Conditions"):
// then evaluate::Runner sets a variable in the environment of the judge, which inherits nothing else and
// which no host can reach.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace mls::judge {

inline constexpr const char* capacity_variable = "MLS_CAPACITY";
inline constexpr const char* capacity_off = "off";

[[nodiscard]] inline bool capacity_is_capped() {
  const char* value = std::getenv(capacity_variable);
  return value == nullptr || std::string_view(value) != capacity_off;
}

/// The bytes of a model that may be carried when `capacity` are granted as a rule.
[[nodiscard]] inline std::int64_t granted_bytes(std::int64_t capacity) {
  constexpr std::int64_t without_cap = std::int64_t{1} << 28;
  return capacity_is_capped() ? capacity : without_cap;
}

}  // namespace mls::judge
