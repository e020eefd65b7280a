// The file of `--config`, for the agents that need one.
#pragma once

#include <string>

#include "task/strict_toml.hpp"
#include "trial/agent.hpp"

namespace mls::trial {

inline constexpr const char* agent_guide = "docs/agents.md";

/// Throws usage_error when no file is named; `what` is what the agent reads there. Throws bad_input when it
/// cannot be read.
[[nodiscard]] std::string config_text(const AgentOptions& options, const std::string& agent,
                                      const std::string& what);

/// An integer of a field that may be missing.
[[nodiscard]] int integer_or(const task::TomlFields& fields, const char* key, int otherwise,
                             std::int64_t least, std::int64_t most);

}  // namespace mls::trial
