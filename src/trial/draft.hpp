// The one editable file, method.cpp, as tools see it.
//
// A draft holds the text and what it was before. Changes are made in two steps, so that somebody else (the
// desk, which counts edits) can refuse them in between: first ask what the text would become, then set it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mls::trial {

class Draft {
 public:
  /// Older versions are forgotten.
  static constexpr std::size_t max_versions = 100;

  explicit Draft(std::string text) : text_(std::move(text)) {}

  [[nodiscard]] const std::string& text() const { return text_; }
  /// The text with `old_text`, which must occur exactly once, replaced. Throws Refusal::mismatch saying how
  /// often it occurs and, where only the white space differs, that.
  [[nodiscard]] std::string with(std::string_view old_text, std::string_view new_text) const;
  /// What the text was before the last change. Throws Refusal::mismatch when it was never changed.
  [[nodiscard]] const std::string& before() const;

  /// Going back to what the text was before is an undo: what was undone is forgotten. Setting the same text
  /// changes nothing. So a sequence of texts decides what can be undone.
  void set(std::string text);

 private:
  std::string text_;
  std::vector<std::string> earlier_;  // oldest first
};

/// Lines `first` to `last` (from 1, inclusive; last = 0: to the end), each after its number and a tab, at
/// most about `max_bytes` of them; a last line says which lines were left out. Throws Refusal::mismatch when
/// `first` lies behind the end or `last` before `first`.
[[nodiscard]] std::string numbered_lines(std::string_view text, std::size_t first, std::size_t last,
                                         std::size_t max_bytes);

}  // namespace mls::trial
