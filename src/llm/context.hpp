// Keeps a conversation within what a model can read at once.
#pragma once

#include <cstddef>

#include "llm/chat.hpp"

namespace mls::llm {

/// About what a server is sent for it.
[[nodiscard]] std::size_t bytes_of(const Message& message);
[[nodiscard]] std::size_t bytes_of(const Messages& messages);

/// Bytes of a conversation that fits into a context of so many tokens, with room for an answer. By an
/// estimate on the safe side: dense source code has three bytes a token.
[[nodiscard]] std::size_t room_for(int context_tokens, int max_output_tokens);

/// A conversation of more than `most` bytes is brought to about two thirds of that, so that it need not be
/// changed with every turn (which would spoil the server's cache): old results of tools are shortened, the
/// oldest first; then the oldest exchanges (an answer of the model and what followed it) are left out, with a
/// note; at last long results in the latest exchange are shortened. Rules and question, and which result
/// belongs to which call, stay. Returns whether anything was changed.
bool trim(Messages& messages, std::size_t most);

}  // namespace mls::llm
