#include "llm/context.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mls::llm {
namespace {

using From = Message::From;

constexpr std::size_t bytes_per_token = 3;
constexpr std::size_t tokens_of_tools = 3000;
constexpr std::size_t least_room = 20000;
constexpr std::size_t short_result = 400;
constexpr const char* left_out_note =
    "\n\n[Earlier parts of this conversation were left out to save room. view shows method.cpp as it is, "
    "budget what "
    "is used.]";

std::size_t dumped_bytes(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace).size();
}

/// Cut at a character's beginning.
std::string shortened(const std::string& text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) --bytes;
  return fmt::format("{}\n[{} of {} bytes left out to save room; call the tool again to see them]\n",
                     text.substr(0, bytes), text.size() - bytes, text.size());
}

Messages::iterator next_answer(Messages& messages, Messages::iterator from) {
  return std::find_if(from, messages.end(),
                      [](const Message& message) { return message.from == From::agent; });
}

/// The model is to have seen its latest results once.
Messages::iterator latest_exchange(Messages& messages) {
  auto latest = messages.end();
  for (auto at = next_answer(messages, messages.begin()); at != messages.end();
       at = next_answer(messages, at + 1))
    latest = at;
  return latest;
}

void shorten_results(Messages::iterator begin, Messages::iterator end, std::size_t bytes, const Messages& all,
                     std::size_t wanted) {
  for (auto at = begin; at != end && bytes_of(all) > wanted; ++at) {
    if (at->from == From::tool && at->text.size() > 2 * bytes) at->text = shortened(at->text, bytes);
  }
}

void drop_exchanges(Messages& messages, std::size_t wanted) {
  const auto first = next_answer(messages, messages.begin());
  if (first == messages.begin() || first == messages.end()) return;
  Message& before = *(first - 1);
  auto end = first;
  std::size_t dropped = 0;
  for (auto next = next_answer(messages, end + 1);
       next != messages.end() && bytes_of(messages) - dropped > wanted;
       next = next_answer(messages, end + 1)) {
    for (; end != next; ++end) dropped += bytes_of(*end);
  }
  if (end == first) return;
  if (!before.text.ends_with(left_out_note)) before.text += left_out_note;
  messages.erase(first, end);
}

}  // namespace

std::size_t bytes_of(const Message& message) {
  if (!message.blocks.is_null()) return dumped_bytes(message.blocks);
  std::size_t bytes = message.text.size() + message.reasoning.size() + message.call_id.size();
  for (const ToolCall& call : message.calls)
    bytes += call.id.size() + call.name.size() + dumped_bytes(call.arguments);
  return bytes;
}

std::size_t bytes_of(const Messages& messages) {
  std::size_t bytes = 0;
  for (const Message& message : messages) bytes += bytes_of(message);
  return bytes;
}

std::size_t room_for(int context_tokens, int max_output_tokens) {
  const std::size_t taken = static_cast<std::size_t>(max_output_tokens) + tokens_of_tools;
  const auto all = static_cast<std::size_t>(context_tokens);
  return std::max(least_room, all > taken ? (all - taken) * bytes_per_token : 0);
}

bool trim(Messages& messages, std::size_t most) {
  if (bytes_of(messages) <= most) return false;
  const std::size_t wanted = most / 3 * 2;
  shorten_results(messages.begin(), latest_exchange(messages), short_result, messages, wanted);
  if (bytes_of(messages) > wanted) drop_exchanges(messages, wanted);
  if (bytes_of(messages) > most)
    shorten_results(latest_exchange(messages), messages.end(), most / 8, messages, wanted);
  return true;
}

}  // namespace mls::llm
