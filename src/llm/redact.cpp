#include "llm/redact.hpp"

#include <algorithm>
#include <utility>

namespace mls::llm {

Redactor::Redactor(std::vector<std::string> secrets) : secrets_(std::move(secrets)) {
  std::erase_if(secrets_, [](const std::string& secret) { return secret.empty(); });
  std::ranges::sort(secrets_, std::ranges::greater{}, &std::string::size);
}

std::string Redactor::operator()(std::string text) const {
  static constexpr std::string_view mark = "[key]";
  for (const std::string& secret : secrets_) {
    for (std::size_t at = text.find(secret); at != std::string::npos;
         at = text.find(secret, at + mark.size()))
      text.replace(at, secret.size(), mark);
  }
  return text;
}

bool Redactor::occurs_in(std::string_view text) const {
  return std::ranges::any_of(
      secrets_, [&](const std::string& secret) { return text.find(secret) != std::string_view::npos; });
}

std::size_t Redactor::begun_at_end_of(std::string_view text) const {
  std::size_t most = 0;
  for (const std::string& secret : secrets_) {
    for (std::size_t length = std::min(text.size(), secret.size() - 1); length > most; --length) {
      if (secret.starts_with(text.substr(text.size() - length))) most = length;
    }
  }
  return most;
}

Json Redactor::operator()(const Json& json) const {
  if (json.is_string()) return (*this)(json.get<std::string>());
  Json clean = json;
  if (json.is_array()) {
    for (Json& item : clean) item = (*this)(item);
  } else if (json.is_object()) {
    clean = Json::object();
    for (const auto& [key, value] : json.items()) clean[(*this)(key)] = (*this)(value);
  }
  return clean;
}

void Redactor::clean(Message& message) const {
  for (std::string* text : {&message.text, &message.reasoning}) *text = (*this)(std::move(*text));
  message.blocks = (*this)(message.blocks);
  for (ToolCall& call : message.calls) {
    for (std::string* text : {&call.id, &call.name, &call.broken}) *text = (*this)(std::move(*text));
    call.arguments = (*this)(call.arguments);
  }
}

}  // namespace mls::llm
