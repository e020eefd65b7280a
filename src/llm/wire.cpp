#include "llm/wire.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/text.hpp"
#include "llm/anthropic.hpp"
#include "llm/openai.hpp"
#include "llm/redact.hpp"

namespace mls::llm {
namespace {

constexpr std::size_t max_message_bytes = 1000;
constexpr std::size_t most_bytes_per_token = 16;
constexpr std::size_t spare_bytes = std::size_t{64} << 10;
constexpr std::size_t max_id_bytes = 256;

/// Servers say it in different places.
std::string message_in(const Json& body, std::string_view raw) {
  const Json& error = member(body, "error");
  for (const std::string& text : {text_member(error, "message"), text_member(body, "message"),
                                  text_member(body, "error"), text_member(body, "detail")}) {
    if (!text.empty()) return text;
  }
  return std::string(raw);
}

bool mentions(const std::string& text, std::initializer_list<const char*> words) {
  return std::ranges::any_of(words, [&](const char* word) { return text.find(word) != std::string::npos; });
}

bool is_transient(int status) {
  return status == 408 || status == 409 || status == 425 || status == 429 || status >= 500;
}

ServerRefusal::Kind kind_of(int status, const std::string& code, const std::string& message) {
  if (mentions(code, {"context_length_exceeded"}) ||
      mentions(message, {"maximum context length", "prompt is too long", "context window", "context size"}))
    return ServerRefusal::Kind::too_long;
  // An account without money will not have more in a minute.
  if (mentions(code, {"insufficient_quota", "billing"})) return ServerRefusal::Kind::final;
  if (status != 0) return is_transient(status) ? ServerRefusal::Kind::transient : ServerRefusal::Kind::final;
  return mentions(code, {"invalid_request", "authentication", "permission", "not_found"})
             ? ServerRefusal::Kind::final
             : ServerRefusal::Kind::transient;
}

Json json_or_null(std::string_view text) {
  try {
    return parse_json(text);
  } catch (const Error&) {
    return nullptr;
  }
}

/// What a model wrote as arguments. Models leave out the braces of no arguments.
void read_arguments(ToolCall& call, const std::string& text) {
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) return;
  try {
    Json arguments = parse_json(text);
    if (arguments.is_object()) {
      call.arguments = std::move(arguments);
      return;
    }
    call.broken = fmt::format("a JSON object is expected, not {}", arguments.type_name());
  } catch (const Error& error) {
    call.broken = error.what();
  }
  call.broken += "; it begins: " + plain_text(text, 200);
}

}  // namespace

const Json& member(const Json& json, const char* name) {
  static const Json none;
  if (!json.is_object()) return none;
  const auto found = json.find(name);
  return found == json.end() ? none : *found;
}

std::string text_member(const Json& json, const char* name) {
  const Json& value = member(json, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::optional<std::int64_t> count_member(const Json& json, const char* name) {
  const Json& value = member(json, name);
  if (value.is_number_unsigned()) {
    const auto count = value.get<std::uint64_t>();
    return std::in_range<std::int64_t>(count) ? std::optional(static_cast<std::int64_t>(count))
                                              : std::nullopt;
  }
  return value.is_number_integer() ? std::optional(value.get<std::int64_t>()) : std::nullopt;
}

ServerRefusal refusal_of(int status, std::string_view body) {
  const Json json = json_or_null(body);
  const Json& error = member(json, "error");
  const std::string message = message_in(json, body);
  const std::string code =
      text_member(error, "code") + " " + text_member(error, "type") + " " + text_member(json, "code");
  const std::string said = plain_text(message, max_message_bytes);
  return {kind_of(status, code, message), said.empty() ? "no reason is given" : said};
}

ReplyLimits limits_for(int max_output_tokens) {
  ReplyLimits limits;
  limits.bytes = static_cast<std::size_t>(max_output_tokens) * most_bytes_per_token + spare_bytes;
  return limits;
}

void PartialReply::append(std::string& to, std::string_view text) {
  const std::size_t room = limits_.bytes - bytes_;
  if (text.size() > room) {
    overflown_ = true;
    text = text.substr(0, room);
  }
  bytes_ += text.size();
  to += text;
}

std::optional<std::size_t> PartialReply::begin_call(const std::string& id, const std::string& name) {
  if (calls_.size() >= limits_.calls) {
    overflown_ = true;
    return std::nullopt;
  }
  calls_.emplace_back().id = id.substr(0, max_id_bytes);
  append(calls_.back().name, name);
  return calls_.size() - 1;
}

bool PartialReply::may_be(std::size_t call, const std::string& id) const {
  return id.empty() || calls_[call].id.empty() || calls_[call].id == id.substr(0, max_id_bytes);
}

Reply PartialReply::take() {
  Reply reply;
  reply.model = model.substr(0, max_id_bytes);
  reply.stop = overflown_ ? Reply::Stop::length : stop;
  reply.message.from = Message::From::agent;
  // Before anything is cut, and a part of a secret remains.
  const Redactor clean(limits_.secret);
  reply.message.text = clean(std::move(text_));
  reply.message.reasoning = clean(std::move(reasoning_));
  if (reply.stop == Reply::Stop::refusal) return reply;
  for (Call& call : calls_) {
    ToolCall& taken = reply.message.calls.emplace_back();
    taken.id = call.id;
    taken.name = call.name;
    read_arguments(taken, clean(std::move(call.arguments)));
  }
  // The last one is what was cut off, even if nothing of its arguments had come.
  if (reply.stop == Reply::Stop::length && !calls_.empty() && reply.message.calls.back().arguments.empty() &&
      reply.message.calls.back().broken.empty())
    reply.message.calls.back().broken = "the answer was cut off here";
  return reply;
}

std::unique_ptr<Wire> wire_named(const std::string& api) {
  if (api == "anthropic") return std::make_unique<AnthropicWire>();
  return std::make_unique<OpenAiWire>();
}

}  // namespace mls::llm
