// The agent `llm`: a language model behind an API, in a loop of our own (docs/agents.md, "Language models").
//
// Theory of operation: the model is told the rules and the task and asked what to do; the tools it calls
// (tools.hpp) are carried out one after the other, and it is asked again, until it answers without calling
// any, or a limit is reached. Every message is an event of the trial's log before anything follows from it,
// so that a trial that was killed goes on with the same conversation; a call that was under way is answered
// by what the desk knows. What the model reads is trimmed to its context, the log is not.
#pragma once

#include "llm/http.hpp"
#include "trial/agent.hpp"
#include "trial/llm_options.hpp"

namespace mls::trial {

class LlmAgent final : public Agent {
 public:
  explicit LlmAgent(LlmOptions options) : options_(std::move(options)) {}
  [[nodiscard]] std::string name() const override { return "llm"; }
  [[nodiscard]] Json settings() const override { return to_json(options_); }
  [[nodiscard]] Budget budget() const override { return options_.budget; }
  [[nodiscard]] bool repeatable() const override { return false; }
  [[nodiscard]] bool predicts() const override { return options_.predict; }
  /// Throws what the client throws (llm::ModelClient::ask): then the trial is not done, and goes on when it
  /// is asked for again.
  void run(Desk& desk) const override;

 private:
  LlmOptions options_;
  llm::CurlHttp http_;
};

}  // namespace mls::trial
