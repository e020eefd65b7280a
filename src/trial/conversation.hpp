// A conversation with a model as the log of a trial keeps it: written message by message, read back after a
// kill (events `message`, `tool_result` and `spent`, docs/store-format.md).
#pragma once

#include <optional>
#include <vector>

#include "llm/chat.hpp"
#include "llm/client.hpp"
#include "llm/usage.hpp"

namespace mls::trial {

/// What a message costs, as far as prices are known.
struct Spent {
  llm::Usage usage;
  std::optional<double> usd;
};

/// Fields of the event `message`: of the system, a user, or (with an answer) the model.
[[nodiscard]] Json message_fields(const llm::Message& message);
[[nodiscard]] Json answer_fields(const llm::Reply& reply, const Spent& spent);
/// Fields of the event `spent`: tokens of an attempt that brought no answer.
[[nodiscard]] Json failure_fields(const llm::Failure& failure, const Spent& spent);
/// Fields of the event `tool_result`.
[[nodiscard]] Json result_fields(const llm::Message& result, const std::string& tool);

/// What the events of a log say, in order.
struct Recorded {
  llm::Messages messages;
  int answers = 0;      ///< of the model
  double cost_usd = 0;  ///< of those, and of attempts that brought none
};
/// Throws bad_input when an event is not as it was written.
[[nodiscard]] Recorded recorded_conversation(const std::vector<Json>& events);

/// The calls of the latest answer that have no result.
[[nodiscard]] std::vector<llm::ToolCall> open_calls(const llm::Messages& messages);

/// Makes the ids of an answer's calls different from each other: some servers give none. `number`: how many
/// answers came before.
void make_ids_unique(llm::Message& answer, int number);

}  // namespace mls::trial
