// Keeps secrets out of whatever is shown and stored.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "llm/chat.hpp"

namespace mls::llm {

/// Replaces every occurrence of a secret. An empty one occurs nowhere.
class Redactor {
 public:
  Redactor() = default;
  explicit Redactor(std::string secret) : Redactor(std::vector<std::string>{std::move(secret)}) {}
  explicit Redactor(std::vector<std::string> secrets);
  [[nodiscard]] std::string operator()(std::string text) const;
  [[nodiscard]] bool occurs_in(std::string_view text) const;
  /// Bytes at the end of a text that may be the beginning of a secret, of which the rest is still to come.
  [[nodiscard]] std::size_t begun_at_end_of(std::string_view text) const;
  /// All texts in it, keys too.
  [[nodiscard]] Json operator()(const Json& json) const;
  void clean(Message& message) const;

 private:
  std::vector<std::string> secrets_;  // the longest first: one may lie in another
};

}  // namespace mls::llm
