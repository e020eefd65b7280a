// What the TOML file of the agent `llm` says (docs/agents.md, "Language models").
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "llm/client.hpp"
#include "trial/agent.hpp"

namespace mls::trial {

struct LlmOptions {
  Budget budget;
  llm::ModelOptions model;
  std::string key_variable;  ///< environment variable that holds the key; empty for servers without
  llm::Patience patience;
  std::optional<llm::Prices> prices;
  int context_tokens = 128000;     ///< that the model can read at once
  int turns = 200;                 ///< answers of the model in one trial
  std::optional<double> cost_usd;  ///< of one trial; only with prices
  bool predict = false;
};
/// Throws usage_error without a file, bad_input naming file and line.
[[nodiscard]] LlmOptions llm_options(const AgentOptions& options);
[[nodiscard]] LlmOptions llm_options_from_toml(std::string_view text, const std::string& file);

/// All of it; no keys are in it.
[[nodiscard]] Json to_json(const LlmOptions& options);

}  // namespace mls::trial
