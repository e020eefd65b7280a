#include "core/cpp_lexer.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace mls {
namespace {

constexpr auto npos = std::string_view::npos;

// Longest first.
constexpr std::array<std::string_view, 27> operators{
    "<=>", "<<=", ">>=", "...", "->*", "::", "->", ".*", "++", "--", "<<", ">>", "<=", ">=",
    "==",  "!=",  "&&",  "||",  "+=",  "-=", "*=", "/=", "%=", "&=", "|=", "^=", "##"};

constexpr std::array<std::string_view, 5> encodings{"", "u8", "u", "U", "L"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
// Bytes beyond ASCII belong to names.
bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::size_t word_length(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_word) - text.begin());
}

/// A backslash and the line end behind it; 0 when there is none.
std::size_t splice_length(std::string_view text) {
  if (text.starts_with("\\\n")) return 2;
  return text.starts_with("\\\r\n") ? 3 : 0;
}

/// [lex.ppnumber]: letters, digits, points, separated digits, signs behind an exponent's letter.
std::size_t number_length(std::string_view text) {
  std::size_t at = 1;
  while (at < text.size()) {
    const char c = text[at];
    const bool exponent = (c == '+' || c == '-') && std::string_view("eEpP").find(text[at - 1]) != npos;
    const bool separator = c == '\'' && at + 1 < text.size() && is_word(text[at + 1]);
    if (!is_word(c) && c != '.' && !exponent && !separator) break;
    at += separator ? 2 : 1;
  }
  return at;
}

/// A string or character up to its closing quote and a suffix of a user's.
std::size_t quoted_length(std::string_view text) {
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (const std::size_t splice = splice_length(text.substr(at)); splice > 0) {
      at += splice - 1;
    } else if (text[at] == '\n') {
      return at;
    } else if (text[at] == '\\' && at + 1 < text.size() && text[at + 1] != '\n') {
      ++at;
    } else if (text[at] == text[0]) {
      return at + 1 + word_length(text.substr(at + 1));
    }
  }
  return text.size();
}

/// "delimiter( ... )delimiter", without the R in front; 0 when no raw string begins like this.
std::size_t raw_length(std::string_view text) {
  constexpr std::size_t max_delimiter = 16;
  const std::size_t open = text.substr(0, max_delimiter + 2).find('(');
  if (open == npos) return 0;
  const std::string_view delimiter = text.substr(1, open - 1);
  const auto forbidden = [](char c) { return is_space(c) || c == ')' || c == '\\' || c == '"'; };
  if (std::ranges::any_of(delimiter, forbidden)) return 0;
  std::string close = ")";
  close.append(delimiter).push_back('"');
  const std::size_t end = text.find(close, open);
  if (end == npos) return text.size();
  const std::size_t behind = end + close.size();
  return behind + word_length(text.substr(behind));
}

/// Without its line end. A backslash at the end of the line goes on with the next one.
std::size_t line_comment_length(std::string_view text) {
  for (std::size_t at = 2; at < text.size(); ++at) {
    if (const std::size_t splice = splice_length(text.substr(at)); splice > 0) {
      at += splice - 1;
    } else if (text[at] == '\n') {
      return at;
    }
  }
  return text.size();
}

std::size_t block_comment_length(std::string_view text) {
  const std::size_t end = text.find("*/", 2);
  return end == npos ? text.size() : end + 2;
}

/// Length of the string or character literal that `text` begins with, its encoding prefix included; 0 for
/// none.
std::size_t literal_length(std::string_view text) {
  const std::size_t word = word_length(text);
  if (word >= text.size()) return 0;
  std::string_view prefix = text.substr(0, word);
  const std::string_view rest = text.substr(word);
  if (rest[0] != '"' && rest[0] != '\'') return 0;
  const bool raw = prefix.ends_with('R') && rest[0] == '"';
  if (raw) prefix.remove_suffix(1);
  if (std::ranges::find(encodings, prefix) == encodings.end()) return 0;
  if (!raw) return word + quoted_length(rest);
  const std::size_t length = raw_length(rest);
  return length == 0 ? 0 : word + length;
}

struct Piece {
  TokenKind kind;
  std::size_t length;
};

Piece next_piece(std::string_view text) {
  const bool point = text[0] == '.' && text.size() > 1 && is_digit(text[1]);
  if (is_digit(text[0]) || point) return {TokenKind::number, number_length(text)};
  if (const std::size_t length = literal_length(text); length > 0) {
    const bool character = text[text.find_first_of("\"'")] == '\'';
    return {character ? TokenKind::character : TokenKind::text, length};
  }
  if (is_word(text[0])) return {TokenKind::word, word_length(text)};
  const auto* sign = std::ranges::find_if(operators, [&](auto one) { return text.starts_with(one); });
  return {TokenKind::punctuation, sign == operators.end() ? 1 : sign->size()};
}

/// White space other than line ends, a comment, or a splice in front of `text`; 0 when there is none.
std::size_t blank_length(std::string_view text) {
  if (text.starts_with("//")) return line_comment_length(text);
  if (text.starts_with("/*")) return block_comment_length(text);
  if (text[0] != '\n' && is_space(text[0])) return 1;
  return splice_length(text);
}

}  // namespace

std::vector<Token> lex(std::string_view source) {
  std::vector<Token> tokens;
  bool line_begins = true;
  bool directive = false;
  for (std::size_t at = 0; at < source.size();) {
    const std::string_view text = source.substr(at);
    if (text[0] == '\n') {
      line_begins = true;
      directive = false;
      ++at;
    } else if (const std::size_t blank = blank_length(text); blank > 0) {
      at += blank;
    } else {
      const Piece piece = next_piece(text);
      directive = directive || (line_begins && text[0] == '#');
      line_begins = false;
      tokens.push_back({piece.kind, text.substr(0, piece.length), at, directive});
      at += piece.length;
    }
  }
  return tokens;
}

}  // namespace mls
