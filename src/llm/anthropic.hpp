// Anthropic's messages API.
#pragma once

#include "llm/wire.hpp"

namespace mls::llm {

/// Asks for a cache of the conversation so far. Thoughts are signed by the server, which wants them back as
/// they were: answers that have some keep their blocks.
class AnthropicWire final : public Wire {
 public:
  [[nodiscard]] std::string path() const override { return "/messages"; }
  [[nodiscard]] std::vector<std::string> headers(const std::string& key) const override;
  [[nodiscard]] Json request(const ModelOptions& options, const Messages& messages,
                             const std::vector<Tool>& tools) const override;
  [[nodiscard]] std::unique_ptr<ReplyReader> reader(ReplyLimits limits) const override;
};

}  // namespace mls::llm
