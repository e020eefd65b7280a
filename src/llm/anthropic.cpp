#include "llm/anthropic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "core/text.hpp"

namespace mls::llm {
namespace {

Json text_block(const std::string& text) {
  // Empty ones are refused.
  return {{"type", "text"}, {"text", text.empty() ? "(nothing)" : text}};
}

Json agent_blocks(const Message& message) {
  if (!message.blocks.is_null()) return message.blocks;
  Json blocks = Json::array();
  if (!message.text.empty() || message.calls.empty()) blocks.push_back(text_block(message.text));
  for (const ToolCall& call : message.calls) {
    blocks.push_back({{"type", "tool_use"}, {"id", call.id}, {"name", call.name}, {"input", call.arguments}});
  }
  return blocks;
}

Json result_block(const Message& message) {
  Json block{{"type", "tool_result"},
             {"tool_use_id", message.call_id},
             {"content", Json::array({text_block(message.text)})}};
  if (message.error) block["is_error"] = true;
  return block;
}

/// Roles take turns: what is said to the model without an answer in between is one message.
Json turns_of(const Messages& messages) {
  Json turns = Json::array();
  for (const Message& message : messages) {
    if (message.from == Message::From::system) continue;
    if (message.from == Message::From::agent) {
      turns.push_back({{"role", "assistant"}, {"content", agent_blocks(message)}});
      continue;
    }
    if (turns.empty() || turns.back().at("role") != "user")
      turns.push_back({{"role", "user"}, {"content", Json::array()}});
    turns.back().at("content").push_back(message.from == Message::From::tool ? result_block(message)
                                                                             : text_block(message.text));
  }
  return turns;
}

void cache_up_to(Json& block) { block["cache_control"] = {{"type", "ephemeral"}}; }

class AnthropicReader final : public ReplyReader {
 public:
  using ReplyReader::ReplyReader;

  void take(const ServerEvent& event) override {
    Json json;
    try {
      json = parse_json(event.data);
    } catch (const Error& error) {
      throw infrastructure(fmt::format("the server sent what is not JSON ({}): {}", error.what(),
                                       plain_text(event.data, 200)));
    }
    const std::string type = text_member(json, "type");
    if (type == "error") throw refusal_of(0, event.data);
    if (type == "message_start") start(member(json, "message"));
    if (type == "content_block_start") begin_block(json);
    if (type == "content_block_delta") grow_block(json);
    if (type == "message_delta") finish(json);
    if (type == "message_stop") complete_ = stopped_;
  }

  [[nodiscard]] bool complete() const override { return complete_; }
  [[nodiscard]] bool over() const override { return complete_; }

  [[nodiscard]] Reply reply() override {
    Reply reply = ReplyReader::reply();
    const bool thoughts =
        std::ranges::any_of(blocks_, [](const auto& block) { return block.second.thought; });
    const bool whole =
        !partial().overflown() && sealed_bytes_ <= max_sealed_bytes && blocks_.size() < max_blocks;
    if (!thoughts || !whole || reply.stop == Reply::Stop::refusal) return reply;
    reply.message.blocks = Json::array();
    for (const auto& [index, block] : blocks_) reply.message.blocks.push_back(finished(block, reply.message));
    return reply;
  }

 private:
  struct Block {
    Json json;
    bool thought = false;
    std::optional<std::size_t> call;
  };

  void start(const Json& message) {
    growing().model = text_member(message, "model");
    take_usage(member(message, "usage"));
  }

  void take_usage(const Json& usage) {
    const auto input = count_member(usage, "input_tokens");
    const auto read = count_member(usage, "cache_read_input_tokens");
    const auto written = count_member(usage, "cache_creation_input_tokens");
    ClaimedUsage& claimed = growing().claimed;
    if (read) claimed.cached = read;
    if (written) claimed.cache_written = written;
    if (input) input_ = input;
    // Sums of impossible counts would not fit.
    const auto bounded = [](std::optional<std::int64_t> count) {
      return std::clamp<std::int64_t>(count.value_or(0), -most_tokens, most_tokens);
    };
    if (input_) claimed.prompt = bounded(input_) + bounded(claimed.cached) + bounded(claimed.cache_written);
    if (const auto output = count_member(usage, "output_tokens")) claimed.completion = output;
  }

  void begin_block(const Json& json) {
    if (blocks_.size() >= max_blocks) return;
    const auto index = count_member(json, "index");
    const Json& given = member(json, "content_block");
    if (!index || !given.is_object()) return;
    const std::string type = text_member(given, "type");
    Block block;
    if (type == "text") {
      block.json = {{"type", "text"}, {"text", ""}};
      grow(block, "text", text_member(given, "text"));
    } else if (type == "thinking") {
      block.json = {{"type", "thinking"}, {"thinking", ""}, {"signature", ""}};
      block.thought = true;
      grow(block, "thinking", text_member(given, "thinking"));
    } else if (type == "redacted_thinking") {
      block.json = {{"type", "redacted_thinking"}, {"data", sealed(text_member(given, "data"))}};
      block.thought = true;
    } else if (type == "tool_use") {
      const std::string name = text_member(given, "name");
      block.json = {{"type", "tool_use"}, {"id", text_member(given, "id")}, {"name", name}};
      block.call = growing().begin_call(text_member(given, "id"), name);
      if (const Json& input = member(given, "input"); block.call && input.is_object() && !input.empty())
        growing().add_arguments(*block.call, input.dump(-1, ' ', false, Json::error_handler_t::replace));
    } else {
      return;
    }
    blocks_[*index] = std::move(block);
  }

  void grow_block(const Json& json) {
    const auto found = blocks_.find(count_member(json, "index").value_or(-1));
    if (found == blocks_.end()) return;
    const Json& delta = member(json, "delta");
    Block& block = found->second;
    const std::string type = text_member(delta, "type");
    if (type == "text_delta") grow(block, "text", text_member(delta, "text"));
    if (type == "thinking_delta") grow(block, "thinking", text_member(delta, "thinking"));
    if (type == "signature_delta" && block.thought)
      block.json["signature"] = sealed(text_member(delta, "signature"));
    if (type == "input_json_delta" && block.call)
      growing().add_arguments(*block.call, text_member(delta, "partial_json"));
  }

  void grow(Block& block, const char* name, const std::string& text) {
    if (!block.json.contains(name)) return;
    const std::size_t before = partial().bytes();
    if (block.thought) {
      growing().add_reasoning(text);
    } else {
      growing().add_text(text);
    }
    // As much as was taken, so that blocks are bounded as well.
    block.json.at(name).get_ref<std::string&>() += text.substr(0, partial().bytes() - before);
  }

  /// What only the server understands. Too much of it is dropped, and with it all that it belongs to.
  std::string sealed(std::string text) {
    sealed_bytes_ += text.size();
    return sealed_bytes_ <= max_sealed_bytes ? std::move(text) : std::string();
  }

  /// As the server wants it back.
  static Json finished(const Block& block, const Message& message) {
    Json json = block.json;
    if (block.call) json["input"] = message.calls.at(*block.call).arguments;
    if (json.contains("text") && json.at("text").get<std::string>().empty()) json["text"] = "(nothing)";
    return json;
  }

  void finish(const Json& json) {
    take_usage(member(json, "usage"));
    const std::string reason = text_member(member(json, "delta"), "stop_reason");
    if (reason.empty()) return;
    stopped_ = true;
    if (reason == "tool_use") growing().stop = Reply::Stop::calls;
    if (reason == "max_tokens" || reason == "model_context_window_exceeded")
      growing().stop = Reply::Stop::length;
    if (reason == "refusal") growing().stop = Reply::Stop::refusal;
  }

  static constexpr std::size_t max_blocks = 256;
  static constexpr std::size_t max_sealed_bytes = std::size_t{512} << 10;
  static constexpr std::int64_t most_tokens = std::int64_t{1} << 50;

  bool stopped_ = false;
  bool complete_ = false;
  std::size_t sealed_bytes_ = 0;
  std::optional<std::int64_t> input_;
  std::map<std::int64_t, Block> blocks_;  // by index
};

}  // namespace

std::vector<std::string> AnthropicWire::headers(const std::string& key) const {
  std::vector<std::string> headers{"anthropic-version: 2023-06-01"};
  if (!key.empty()) headers.push_back("x-api-key: " + key);
  return headers;
}

Json AnthropicWire::request(const ModelOptions& options, const Messages& messages,
                            const std::vector<Tool>& tools) const {
  Json request{{"model", options.name}, {"stream", true}, {"max_tokens", options.max_output_tokens}};
  if (options.thinking_tokens)
    request["thinking"] = {{"type", "enabled"}, {"budget_tokens", *options.thinking_tokens}};
  if (!options.reasoning_effort.empty()) request["output_config"] = {{"effort", options.reasoning_effort}};
  if (options.temperature) request["temperature"] = *options.temperature;
  for (const Message& message : messages) {
    if (message.from == Message::From::system) request["system"].push_back(text_block(message.text));
  }
  if (request.contains("system")) cache_up_to(request["system"].back());
  request["messages"] = turns_of(messages);
  if (!request["messages"].empty() && request["messages"].back().at("role") == "user")
    cache_up_to(request["messages"].back().at("content").back());
  for (const Tool& tool : tools) {
    request["tools"].push_back(
        {{"name", tool.name}, {"description", tool.description}, {"input_schema", tool.input_schema}});
  }
  request.update(options.extra);
  return request;
}

std::unique_ptr<ReplyReader> AnthropicWire::reader(ReplyLimits limits) const {
  return std::make_unique<AnthropicReader>(std::move(limits));
}

}  // namespace mls::llm
