#include "trial/unified_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <vector>

namespace mls::trial {
namespace {

constexpr std::size_t context = 3;
constexpr std::size_t max_cells = std::size_t{4} << 20;

using Lines = std::vector<std::string_view>;

/// Each with its newline, if it has one.
Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

struct Edit {
  char kind;  // ' ', '-' or '+'
  std::string_view line;
};
using Edits = std::vector<Edit>;

/// Lengths of the longest common subsequences of all pairs of tails.
class CommonLengths {
 public:
  CommonLengths(const Lines& before, const Lines& after)
      : width_(after.size() + 1), cells_((before.size() + 1) * width_) {
    for (std::size_t i = before.size(); i-- > 0;) {
      for (std::size_t j = after.size(); j-- > 0;)
        cell(i, j) = before[i] == after[j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
    }
  }
  [[nodiscard]] std::uint32_t at(std::size_t i, std::size_t j) const { return cells_[i * width_ + j]; }

 private:
  std::uint32_t& cell(std::size_t i, std::size_t j) { return cells_[i * width_ + j]; }
  std::size_t width_;
  std::vector<std::uint32_t> cells_;
};

void append(Edits& edits, char kind, auto first, auto last) {
  for (; first != last; ++first) edits.push_back({kind, *first});
}

void append_difference(Edits& edits, const Lines& before, const Lines& after) {
  std::size_t i = 0;
  std::size_t j = 0;
  if (before.size() * after.size() <= max_cells) {
    const CommonLengths common(before, after);
    while (i < before.size() && j < after.size()) {
      if (before[i] == after[j]) {
        edits.push_back({' ', before[i]});
        ++i, ++j;
      } else if (common.at(i + 1, j) >= common.at(i, j + 1)) {
        edits.push_back({'-', before[i++]});
      } else {
        edits.push_back({'+', after[j++]});
      }
    }
  }
  append(edits, '-', before.begin() + static_cast<std::ptrdiff_t>(i), before.end());
  append(edits, '+', after.begin() + static_cast<std::ptrdiff_t>(j), after.end());
}

Edits edits_between(const Lines& before, const Lines& after) {
  const auto shorter = static_cast<std::ptrdiff_t>(std::min(before.size(), after.size()));
  const auto head = std::mismatch(before.begin(), before.begin() + shorter, after.begin()).first;
  const std::ptrdiff_t prefix = head - before.begin();
  std::ptrdiff_t suffix = 0;
  while (suffix < shorter - prefix && before.end()[-1 - suffix] == after.end()[-1 - suffix]) ++suffix;
  Edits edits;
  append(edits, ' ', before.begin(), head);
  append_difference(edits, Lines(head, before.end() - suffix),
                    Lines(after.begin() + prefix, after.end() - suffix));
  append(edits, ' ', before.end() - suffix, before.end());
  return edits;
}

/// "12,3"; as diff has it, an empty range begins at the line before it.
std::string range_text(std::size_t lines_before, std::size_t count) {
  const std::size_t first = count == 0 ? lines_before : lines_before + 1;
  return count == 1 ? fmt::format("{}", first) : fmt::format("{},{}", first, count);
}

std::size_t count_but(const Edits& edits, std::size_t from, std::size_t to, char kind) {
  return static_cast<std::size_t>(std::count_if(edits.begin() + static_cast<std::ptrdiff_t>(from),
                                                edits.begin() + static_cast<std::ptrdiff_t>(to),
                                                [kind](const Edit& edit) { return edit.kind != kind; }));
}

std::string hunk_text(const Edits& edits, std::size_t from, std::size_t to) {
  std::string text = fmt::format("@@ -{} +{} @@\n",
                                 range_text(count_but(edits, 0, from, '+'), count_but(edits, from, to, '+')),
                                 range_text(count_but(edits, 0, from, '-'), count_but(edits, from, to, '-')));
  for (std::size_t i = from; i < to; ++i) {
    text += edits[i].kind;
    text += edits[i].line;
    if (!edits[i].line.ends_with('\n')) text += "\n\\ No newline at end of file\n";
  }
  return text;
}

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after) {
  const Edits edits = edits_between(lines_of(before), lines_of(after));
  std::string text;
  for (std::size_t at = 0; at < edits.size();) {
    if (edits[at].kind == ' ') {
      ++at;
      continue;
    }
    // A hunk goes on while changes are so close that their contexts touch.
    std::size_t last = at;
    for (std::size_t i = at; i < edits.size() && i <= last + 2 * context; ++i) {
      if (edits[i].kind != ' ') last = i;
    }
    text += hunk_text(edits, at - std::min(at, context), std::min(last + 1 + context, edits.size()));
    at = last + 1;
  }
  return text;
}

}  // namespace mls::trial
