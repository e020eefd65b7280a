// The chat-completions API, which OpenAI began and most other servers speak, each a little differently.
#pragma once

#include "llm/wire.hpp"

namespace mls::llm {

class OpenAiWire final : public Wire {
 public:
  [[nodiscard]] std::string path() const override { return "/chat/completions"; }
  [[nodiscard]] std::vector<std::string> headers(const std::string& key) const override;
  [[nodiscard]] Json request(const ModelOptions& options, const Messages& messages,
                             const std::vector<Tool>& tools) const override;
  [[nodiscard]] std::unique_ptr<ReplyReader> reader(ReplyLimits limits) const override;
};

}  // namespace mls::llm
