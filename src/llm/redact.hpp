// Keeps a secret out of whatever is shown and stored.
#pragma once

#include <string>

#include "llm/chat.hpp"

namespace mls::llm {

/// Replaces every occurrence of a secret. An empty one occurs nowhere.
class Redactor {
 public:
  explicit Redactor(std::string secret) : secret_(std::move(secret)) {}
  [[nodiscard]] std::string operator()(std::string text) const;
  /// All texts in it, keys too.
  [[nodiscard]] Json operator()(const Json& json) const;
  void clean(Message& message) const;

 private:
  std::string secret_;
};

}  // namespace mls::llm
