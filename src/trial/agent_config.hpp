// The file of `--config`, for the agents that need one.
#pragma once

#include <optional>
#include <string>

#include "task/strict_toml.hpp"
#include "trial/agent.hpp"

namespace mls::trial {

inline constexpr const char* agent_guide = "docs/agents.md";
inline constexpr int default_seconds = 5 * 3600;   ///< of a trial
inline constexpr int max_seconds = 7 * 24 * 3600;  ///< that a file may ask for

/// Throws usage_error when no file is named; `what` is what the agent reads there. Throws bad_input when it
/// cannot be read.
[[nodiscard]] std::string config_text(const AgentOptions& options, const std::string& agent,
                                      const std::string& what);

/// That of the tier that is asked for (full, unless one is named), or `seconds`, as a file grants them, where
/// they are fewer.
[[nodiscard]] Budget budget_of(const AgentOptions& options, std::optional<double> seconds);

/// An integer of a field that may be missing.
[[nodiscard]] int integer_or(const task::TomlFields& fields, const char* key, int otherwise,
                             std::int64_t least, std::int64_t most);

}  // namespace mls::trial
