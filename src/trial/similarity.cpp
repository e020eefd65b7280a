#include "trial/similarity.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "core/files.hpp"

namespace mls::trial {
namespace {

constexpr auto npos = std::string_view::npos;

// Longest first.
constexpr std::array<std::string_view, 26> operators{
    "<=>", "<<=", ">>=", "...", "->*", "::", "->", ".*", "++", "--", "<<", ">>", "<=",
    ">=",  "==",  "!=",  "&&",  "||",  "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^="};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
// Bytes beyond ASCII belong to names.
bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::size_t word_length(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_word) - text.begin());
}

// Digits, letters, points, digit separators and signed exponents, as the preprocessor counts them.
std::size_t number_length(std::string_view text) {
  std::size_t at = 1;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    const bool separator = c == '\'' && at + 1 < text.size() && is_word(text[at + 1]);
    const bool sign = (c == '+' || c == '-') && std::string_view("eEpP").find(text[at - 1]) != npos;
    const bool in_hexadecimal = text.size() > 1 && (text[1] == 'x' || text[1] == 'X');
    const bool exponent = sign && !(in_hexadecimal && (text[at - 1] == 'e' || text[at - 1] == 'E'));
    if (!is_word(c) && c != '.' && !separator && !exponent) break;
  }
  return at;
}

// Up to the closing quote; one that is not closed ends with its line.
std::size_t quoted_length(std::string_view text) {
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == text[0]) {
      return at + 1;
    } else if (text[at] == '\n') {
      return at;
    }
  }
  return text.size();
}

// "tag( ... )tag", without the R in front.
std::size_t raw_length(std::string_view text) {
  const std::size_t open = text.find('(');
  if (open == npos) return quoted_length(text);
  const std::string close = ")" + std::string(text.substr(1, open - 1)) + "\"";
  const std::size_t end = text.find(close, open);
  return end == npos ? text.size() : end + close.size();
}

// A line comment goes on after a backslash at the end of its line.
std::size_t line_comment_length(std::string_view text) {
  std::size_t end = text.find('\n');
  while (end != npos && text[end - 1] == '\\') end = text.find('\n', end + 1);
  return std::min(end, text.size());
}

// White space, comment or line continuation in front of `text`; 0 when a token is.
std::size_t blank_length(std::string_view text) {
  if (is_space(text[0])) return 1;
  if (text.starts_with("\\\n")) return 2;
  if (text.starts_with("\\\r\n")) return 3;
  if (text.starts_with("//")) return line_comment_length(text);
  if (!text.starts_with("/*")) return 0;
  const std::size_t end = text.find("*/", 2);
  return end == npos ? text.size() : end + 2;
}

// A string's or character's prefix is part of it.
std::size_t literal_length(std::string_view text) {
  const std::size_t word = std::min(word_length(text), text.size());
  const std::string_view prefix = text.substr(0, word);
  const std::string_view rest = text.substr(word);
  if (rest.empty() || (rest[0] != '"' && rest[0] != '\'')) return 0;
  const bool raw = prefix.ends_with('R') && rest[0] == '"';
  const std::string_view encoding = prefix.substr(0, prefix.size() - (raw ? 1 : 0));
  const bool known =
      encoding.empty() || encoding == "u8" || encoding == "u" || encoding == "U" || encoding == "L";
  if (!known) return 0;
  return word + (raw ? raw_length(rest) : quoted_length(rest));
}

std::size_t token_length(std::string_view text) {
  const bool point = text[0] == '.' && text.size() > 1 && is_digit(text[1]);
  if (is_digit(text[0]) || point) return number_length(text);
  if (const std::size_t literal = literal_length(text); literal > 0) return literal;
  if (is_word(text[0])) return word_length(text);
  const auto* sign = std::ranges::find_if(operators, [&](auto one) { return text.starts_with(one); });
  return sign == operators.end() ? 1 : sign->size();
}

using Phrases = std::set<std::vector<std::string_view>>;

Phrases phrases_of(const std::vector<std::string_view>& tokens, std::size_t n) {
  Phrases phrases;
  for (auto at = tokens.begin(); static_cast<std::size_t>(tokens.end() - at) >= n; ++at)
    phrases.emplace(at, at + static_cast<std::ptrdiff_t>(n));
  return phrases;
}

}  // namespace

std::vector<std::string_view> tokens_of(std::string_view source) {
  std::vector<std::string_view> tokens;
  while (!source.empty()) {
    std::size_t length = blank_length(source);
    if (length == 0) {
      length = token_length(source);
      tokens.push_back(source.substr(0, length));
    }
    source.remove_prefix(length);
  }
  return tokens;
}

double jaccard(const std::vector<std::string_view>& first, const std::vector<std::string_view>& second,
               std::size_t n) {
  const Phrases one = phrases_of(first, n);
  const Phrases other = phrases_of(second, n);
  const auto common = static_cast<std::size_t>(
      std::ranges::count_if(one, [&](const auto& phrase) { return other.contains(phrase); }));
  const std::size_t either = one.size() + other.size() - common;
  return either == 0 ? 1.0 : static_cast<double>(common) / static_cast<double>(either);
}

BaselineSources::BaselineSources(const task::Task& task) {
  for (const auto& baseline : task.baselines)
    sources_.emplace_back(baseline.id, read_file(task.source_of(baseline)));
}

std::vector<Similarity> BaselineSources::similarities(std::string_view source) const {
  const auto tokens = tokens_of(source);
  std::vector<Similarity> result;
  for (const auto& [id, text] : sources_) {
    const auto theirs = tokens_of(text);
    result.push_back({id, jaccard(tokens, theirs, 1), jaccard(tokens, theirs, 3)});
  }
  return result;
}

const Similarity* nearest(const std::vector<Similarity>& all) {
  const auto at = std::ranges::max_element(all, {}, &Similarity::three);
  return at == all.end() ? nullptr : &*at;
}

}  // namespace mls::trial
