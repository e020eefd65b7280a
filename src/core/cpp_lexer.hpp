// The tokens of C++ source, as the preprocessor sees them: enough to find what is a number and what only
// looks like one (in a comment, a string, a raw string, a name).
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace mls {

enum class TokenKind {
  word,         ///< identifier or keyword
  number,       ///< preprocessing number: "1'000u", "0x1p-3", ".5e-3f", "2_km"
  text,         ///< string literal with its prefix, raw ones too
  character,    ///< character literal with its prefix
  punctuation,  ///< one operator or separator, as long as it can be; any other byte by itself
};

struct Token {
  TokenKind kind;
  std::string_view text;   ///< view into the source
  std::size_t offset = 0;  ///< of its first byte in the source
  bool directive = false;  ///< stands in a preprocessor directive
};

/// White space, comments and spliced line ends are left out. Total: any bytes give tokens; each byte that is
/// not left out is in exactly one of them. A string, character or comment that is never closed ends with its
/// line, a raw string or block comment with the source. A token that is itself spliced over two lines counts
/// as two. Views into `source`.
[[nodiscard]] std::vector<Token> lex(std::string_view source);

}  // namespace mls
