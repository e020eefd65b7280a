#include "core/text.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace mls {
namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

/// Of a well-formed sequence.
std::uint32_t code_point(std::string_view sequence) {
  const auto lead = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() == 1) return lead;
  std::uint32_t code = lead & (0xffU >> (sequence.size() + 1));
  for (const char c : sequence.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3f);
  return code;
}

bool is_harmless(std::uint32_t code) {
  if (code == '\t' || code == '\n') return true;
  const bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);
  const bool reorders = code == 0x061c || code == 0x200e || code == 0x200f ||
                        (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
  const bool breaks_lines = code == 0x2028 || code == 0x2029;
  return !control && !reorders && !breaks_lines;
}

std::string escaped(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_sequence(text);
    const std::string_view next = text.substr(0, length == 0 ? 1 : length);
    if (length > 0 && is_harmless(code_point(next))) {
      plain += next;
    } else {
      for (const char c : next) plain += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
    text.remove_prefix(next.size());
  }
  return plain;
}

/// The first or last `count` bytes, less what would cut a character in two.
std::string_view whole_head(std::string_view text, std::size_t count) {
  while (count > 0 && is_continuation(text[count])) --count;
  return text.substr(0, count);
}
std::string_view whole_tail(std::string_view text, std::size_t count) {
  std::size_t start = text.size() - count;
  while (start < text.size() && is_continuation(text[start])) ++start;
  return text.substr(start);
}

}  // namespace

std::size_t utf8_sequence(std::string_view text) {
  if (text.empty()) return 0;
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xc2 && lead < 0xe0 ? 2
                             : lead >= 0xe0 && lead < 0xf0 ? 3
                             : lead >= 0xf0 && lead < 0xf5 ? 4
                                                           : 0;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return 0;
  }
  // Overlong forms, surrogates, and what lies beyond Unicode show in the second byte.
  const auto second = length > 1 ? static_cast<unsigned char>(text[1]) : 0x80;
  if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second >= 0xa0)) return 0;
  if ((lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second >= 0x90)) return 0;
  return length;
}

std::string plain_text(std::string_view text, std::size_t max_bytes) {
  std::string plain = escaped(text);
  if (plain.size() <= max_bytes) return plain;
  const std::size_t head = max_bytes / 2;
  return fmt::format("{}\n[... {} bytes left out ...]\n{}", whole_head(plain, head), plain.size() - max_bytes,
                     whole_tail(plain, max_bytes - head));
}

}  // namespace mls
