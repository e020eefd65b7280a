#include "llm/redact.hpp"

#include <string_view>
#include <utility>

namespace mls::llm {

std::string Redactor::operator()(std::string text) const {
  static constexpr std::string_view mark = "[key]";
  if (secret_.empty()) return text;
  for (std::size_t at = text.find(secret_); at != std::string::npos;
       at = text.find(secret_, at + mark.size()))
    text.replace(at, secret_.size(), mark);
  return text;
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
