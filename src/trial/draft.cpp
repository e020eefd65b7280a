#include "trial/draft.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "trial/agent.hpp"

namespace mls::trial {
namespace {

Refusal mismatch(const std::string& message) { return {Refusal::Reason::mismatch, message}; }

std::size_t occurrences(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

/// Without the white space, which is what models get wrong most.
std::string visible(std::string_view text) {
  std::string kept;
  std::ranges::copy_if(text, std::back_inserter(kept),
                       [](char c) { return std::string_view(" \t\r\n").find(c) == std::string_view::npos; });
  return kept;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

}  // namespace

std::string Draft::with(std::string_view old_text, std::string_view new_text) const {
  if (old_text.empty()) throw mismatch("the text to be replaced is empty; give some lines of method.cpp");
  const std::size_t count = occurrences(text_, old_text);
  if (count > 1) {
    throw mismatch(fmt::format(
        "the text to be replaced occurs {} times in method.cpp; give more of the lines around it", count));
  }
  if (count == 0) {
    const bool but_for_space =
        !visible(old_text).empty() && occurrences(visible(text_), visible(old_text)) > 0;
    throw mismatch(but_for_space
                       ? "the text to be replaced is not in method.cpp as it is written there: white space "
                         "differs; view the file and copy it exactly, without the line numbers"
                       : "the text to be replaced is not in method.cpp; view the file and copy from it, "
                         "without the line numbers");
  }
  std::string text = text_;
  return text.replace(text.find(old_text), old_text.size(), new_text);
}

const std::string& Draft::before() const {
  if (earlier_.empty())
    throw mismatch("there is nothing to undo: method.cpp is what it was at the beginning");
  return earlier_.back();
}

void Draft::set(std::string text) {
  if (text == text_) return;
  if (!earlier_.empty() && earlier_.back() == text) {
    earlier_.pop_back();
  } else {
    earlier_.push_back(std::move(text_));
    if (earlier_.size() > max_versions) earlier_.erase(earlier_.begin());
  }
  text_ = std::move(text);
}

std::string numbered_lines(std::string_view text, std::size_t first, std::size_t last,
                           std::size_t max_bytes) {
  const std::vector<std::string_view> lines = lines_of(text);
  if (first == 0 || first > std::max<std::size_t>(lines.size(), 1))
    throw mismatch(fmt::format("line {} does not exist: there are {} lines", first, lines.size()));
  if (last != 0 && last < first)
    throw mismatch(fmt::format("the last line, {}, comes before the first, {}", last, first));
  const std::size_t end = last == 0 ? lines.size() : std::min(last, lines.size());
  std::string shown;
  for (std::size_t line = first; line <= end; ++line) {
    const std::string_view content = lines[line - 1];
    if (shown.size() + content.size() > max_bytes) {
      return shown + fmt::format("[lines {} to {} left out; ask for them]\n", line, end);
    }
    shown += fmt::format("{:>5}\t{}\n", line, content);
  }
  return shown;
}

}  // namespace mls::trial
