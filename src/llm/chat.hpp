// A conversation with a language model, free of any server's wire format.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/json.hpp"

namespace mls::llm {

/// Something that a model may ask for.
struct Tool {
  std::string name;
  std::string description;
  Json input_schema;  ///< JSON Schema of an object
};

struct ToolCall {
  std::string id;    ///< unique within a conversation
  std::string name;  ///< as the model wrote it; such a tool need not exist
  Json arguments = Json::object();
  std::string broken;  ///< why what the model wrote is no JSON object; empty when it is one
};

struct Message {
  enum class From { system, user, agent, tool };
  From from = From::user;
  std::string text = {};
  // Of an agent:
  std::string reasoning = {};
  std::vector<ToolCall> calls = {};
  /// What the server wants back unchanged (blocks with signed thoughts); null when nothing.
  Json blocks = nullptr;
  // Of a tool:
  std::string call_id = {};
  bool error = false;
};
using Messages = std::vector<Message>;

/// What a server says that an answer took; absent where it says nothing that is a count.
struct ClaimedUsage {
  std::optional<std::int64_t> prompt;  ///< all of it, what was cached too
  std::optional<std::int64_t> completion;
  std::optional<std::int64_t> cached;         ///< of the prompt, read from a cache
  std::optional<std::int64_t> cache_written;  ///< of the prompt, written to a cache
};

/// Tokens.
struct Usage {
  std::int64_t prompt = 0;
  std::int64_t completion = 0;
  std::int64_t cached = 0;
  std::int64_t cache_written = 0;
};

struct Reply {
  /// Why the model stopped.
  enum class Stop {
    finished,
    calls,
    length,   ///< cut off at the limit of output tokens, or at our limit of bytes
    refusal,  ///< by the model or a filter before or behind it; there are no calls then
  };
  Message message;
  Stop stop = Stop::finished;
  std::string model;  ///< as the server names it
  Usage usage;
  std::vector<std::string> doubts;  ///< what the server said and was not believed
};

}  // namespace mls::llm
