#include "llm/openai.hpp"

#include <fmt/format.h>

#include <map>

#include "core/text.hpp"

namespace mls::llm {
namespace {

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json call_json(const ToolCall& call) {
  return {{"id", call.id},
          {"type", "function"},
          {"function", {{"name", call.name}, {"arguments", text_of(call.arguments)}}}};
}

Json agent_json(const Message& message, bool with_reasoning) {
  Json json{{"role", "assistant"}, {"content", message.text}};
  if (with_reasoning && !message.reasoning.empty()) json["reasoning_content"] = message.reasoning;
  for (const ToolCall& call : message.calls) json["tool_calls"].push_back(call_json(call));
  return json;
}

Json message_json(const Message& message, bool with_reasoning) {
  switch (message.from) {
    case Message::From::system:
      return {{"role", "system"}, {"content", message.text}};
    case Message::From::user:
      return {{"role", "user"}, {"content", message.text}};
    case Message::From::agent:
      return agent_json(message, with_reasoning);
    case Message::From::tool:
      return {{"role", "tool"},
              {"tool_call_id", message.call_id},
              {"content", (message.error ? "Error: " : "") + message.text}};
  }
  return nullptr;
}

class OpenAiReader final : public ReplyReader {
 public:
  using ReplyReader::ReplyReader;

  void take(const ServerEvent& event) override {
    if (event.data == "[DONE]") {
      over_ = true;
      return;
    }
    Json chunk;
    try {
      chunk = parse_json(event.data);
    } catch (const Error& error) {
      throw infrastructure(fmt::format("the server sent what is not JSON ({}): {}", error.what(),
                                       plain_text(event.data, 200)));
    }
    if (!member(chunk, "error").is_null()) throw refusal_of(0, event.data);
    if (growing().model.empty()) growing().model = text_member(chunk, "model");
    take_usage(member(chunk, "usage"));
    const Json& choices = member(chunk, "choices");
    if (choices.is_array() && !choices.empty()) take_choice(choices.front());
  }

  [[nodiscard]] bool complete() const override { return complete_ || over_; }
  [[nodiscard]] bool over() const override { return over_; }

 private:
  void take_usage(const Json& usage) {
    if (!usage.is_object()) return;
    ClaimedUsage& claimed = growing().claimed;
    claimed.prompt = count_member(usage, "prompt_tokens");
    claimed.completion = count_member(usage, "completion_tokens");
    claimed.cached = count_member(member(usage, "prompt_tokens_details"), "cached_tokens");
    if (!claimed.cached) claimed.cached = count_member(usage, "prompt_cache_hit_tokens");
  }

  void take_choice(const Json& choice) {
    const Json& delta = member(choice, "delta");
    growing().add_text(text_member(delta, "content"));
    const std::string refused = text_member(delta, "refusal");
    growing().add_text(refused);
    if (!refused.empty()) refused_ = true;
    const std::string thought = text_member(delta, "reasoning_content");
    growing().add_reasoning(thought.empty() ? text_member(delta, "reasoning") : thought);
    const Json& calls = member(delta, "tool_calls");
    if (calls.is_array()) {
      for (const Json& call : calls) take_call(call);
    }
    if (const std::string reason = text_member(choice, "finish_reason"); !reason.empty()) finish(reason);
  }

  /// Pieces of a call belong together by their index; servers that send none begin a call with its id.
  void take_call(const Json& call) {
    const std::int64_t index = count_member(call, "index").value_or(-1);
    const std::string id = text_member(call, "id");
    const auto known = places_.find(index);
    if (known == places_.end() || !partial().may_be(known->second, id)) {
      const auto place = growing().begin_call(id, text_member(member(call, "function"), "name"));
      if (!place) return;
      places_[index] = *place;
    }
    growing().add_arguments(places_.at(index), text_member(member(call, "function"), "arguments"));
  }

  void finish(const std::string& reason) {
    complete_ = true;
    if (reason == "length") growing().stop = Reply::Stop::length;
    if (reason == "tool_calls") growing().stop = Reply::Stop::calls;
    if (reason == "content_filter") growing().stop = Reply::Stop::refusal;
    if (refused_) growing().stop = Reply::Stop::refusal;
  }

  bool complete_ = false;
  bool over_ = false;
  bool refused_ = false;
  std::map<std::int64_t, std::size_t> places_;
};

}  // namespace

std::vector<std::string> OpenAiWire::headers(const std::string& key) const {
  if (key.empty()) return {};
  return {"Authorization: Bearer " + key};
}

Json OpenAiWire::request(const ModelOptions& options, const Messages& messages,
                         const std::vector<Tool>& tools) const {
  Json request{{"model", options.name},
               {"stream", true},
               {"stream_options", {{"include_usage", true}}},
               {"max_completion_tokens", options.max_output_tokens}};
  if (!options.reasoning_effort.empty()) request["reasoning_effort"] = options.reasoning_effort;
  if (options.temperature) request["temperature"] = *options.temperature;
  request["messages"] = Json::array();
  for (const Message& message : messages)
    request["messages"].push_back(message_json(message, options.return_reasoning));
  for (const Tool& tool : tools) {
    request["tools"].push_back(
        {{"type", "function"},
         {"function",
          {{"name", tool.name}, {"description", tool.description}, {"parameters", tool.input_schema}}}});
  }
  request.update(options.extra);
  return request;
}

std::unique_ptr<ReplyReader> OpenAiWire::reader(ReplyLimits limits) const {
  return std::make_unique<OpenAiReader>(std::move(limits));
}

}  // namespace mls::llm
