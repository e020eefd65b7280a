#include "trial/conversation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "core/error.hpp"

namespace mls::trial {
namespace {

using From = llm::Message::From;

constexpr std::array<std::pair<From, const char*>, 3> speakers{
    {{From::system, "system"}, {From::user, "user"}, {From::agent, "agent"}}};

Json call_json(const llm::ToolCall& call) {
  Json json{{"id", call.id}, {"name", call.name}, {"arguments", call.arguments}};
  if (!call.broken.empty()) json["broken"] = call.broken;
  return json;
}

Json usage_json(const Spent& spent) {
  Json json{{"prompt_tokens", spent.usage.prompt},
            {"completion_tokens", spent.usage.completion},
            {"cached_tokens", spent.usage.cached}};
  if (spent.usd) json["cost_usd"] = *spent.usd;
  return json;
}

std::string optional_text(const Json& json, const char* name) {
  return json.contains(name) ? json.at(name).get<std::string>() : std::string();
}

llm::ToolCall call_from(const Json& json) {
  return {json.at("id").get<std::string>(), json.at("name").get<std::string>(), json.at("arguments"),
          optional_text(json, "broken")};
}

llm::Message message_from(const Json& event) {
  const auto from = event.at("from").get<std::string>();
  const auto* const speaker = std::ranges::find(speakers, from, [](const auto& one) { return one.second; });
  if (speaker == speakers.end()) throw bad_input(fmt::format("\"from\" is \"{}\", which is nobody", from));
  llm::Message message;
  message.from = speaker->first;
  message.text = event.at("text").get<std::string>();
  message.reasoning = optional_text(event, "reasoning");
  if (event.contains("blocks")) message.blocks = event.at("blocks");
  if (!event.contains("calls")) return message;
  for (const Json& call : event.at("calls")) message.calls.push_back(call_from(call));
  return message;
}

llm::Message result_from(const Json& event) {
  llm::Message message;
  message.from = From::tool;
  message.text = event.at("text").get<std::string>();
  message.call_id = event.at("id").get<std::string>();
  message.error = event.at("error").get<bool>();
  return message;
}

double cost_in(const Json& event) {
  if (!event.contains("usage") || !event.at("usage").contains("cost_usd")) return 0;
  return event.at("usage").at("cost_usd").get<double>();
}

const char* name_of(llm::Reply::Stop stop) {
  return stop == llm::Reply::Stop::refusal ? "refusal" : stop == llm::Reply::Stop::length ? "length" : "";
}

}  // namespace

Json message_fields(const llm::Message& message) {
  const auto* const speaker =
      std::ranges::find(speakers, message.from, [](const auto& one) { return one.first; });
  Json json{{"from", speaker->second}, {"text", message.text}};
  if (!message.reasoning.empty()) json["reasoning"] = message.reasoning;
  for (const llm::ToolCall& call : message.calls) json["calls"].push_back(call_json(call));
  if (!message.blocks.is_null()) json["blocks"] = message.blocks;
  return json;
}

Json answer_fields(const llm::Reply& reply, const Spent& spent) {
  Json json = message_fields(reply.message);
  json["model"] = reply.model;
  json["usage"] = usage_json(spent);
  if (const std::string stop = name_of(reply.stop); !stop.empty()) json["stop"] = stop;
  if (!reply.doubts.empty()) json["doubts"] = reply.doubts;
  return json;
}

Json failure_fields(const llm::Failure& failure, const Spent& spent) {
  Json json{{"why", failure.why}, {"usage", usage_json(spent)}};
  if (!failure.doubts.empty()) json["doubts"] = failure.doubts;
  return json;
}

Json result_fields(const llm::Message& result, const std::string& tool) {
  return {{"id", result.call_id}, {"name", tool}, {"text", result.text}, {"error", result.error}};
}

Recorded recorded_conversation(const std::vector<Json>& events) {
  Recorded recorded;
  for (const Json& event : events) {
    try {
      const auto kind = event.at("event").get<std::string>();
      if (kind == "spent") recorded.cost_usd += cost_in(event);
      if (kind == "tool_result") recorded.messages.push_back(result_from(event));
      if (kind != "message") continue;
      recorded.messages.push_back(message_from(event));
      if (recorded.messages.back().from != From::agent) continue;
      ++recorded.answers;
      recorded.cost_usd += cost_in(event);
    } catch (const Json::exception& error) {
      throw bad_input(fmt::format("not a conversation as it is recorded: {}", error.what()));
    }
  }
  return recorded;
}

std::vector<llm::ToolCall> open_calls(const llm::Messages& messages) {
  std::set<std::string> answered;
  for (auto at = messages.rbegin(); at != messages.rend(); ++at) {
    if (at->from == From::tool) answered.insert(at->call_id);
    if (at->from == From::user) return {};
    if (at->from != From::agent) continue;
    std::vector<llm::ToolCall> open = at->calls;
    std::erase_if(open, [&](const auto& call) { return answered.contains(call.id); });
    return open;
  }
  return {};
}

void make_ids_unique(llm::Message& answer, int number) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < answer.calls.size(); ++i) {
    llm::ToolCall& call = answer.calls[i];
    if (!call.id.empty() && seen.insert(call.id).second) continue;
    call.id = fmt::format("call_{}_{}", number, i);
    seen.insert(call.id);
    answer.blocks = nullptr;  // they hold the ids as they were
  }
}

}  // namespace mls::trial
