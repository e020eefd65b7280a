#include "trial/literals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "core/cpp_lexer.hpp"

namespace mls::trial {
namespace {

constexpr double max_exact_integer = 9007199254740992.0;  // 2^53
constexpr double max_int = 2147483647.0;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

/// Parses as much as is a number; nothing when that is out of range.
struct Parsed {
  double value = 0;
  std::size_t length = 0;
};
std::optional<Parsed> parse_real(const std::string& digits, std::chars_format format) {
  Parsed parsed;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), parsed.value, format);
  if (error != std::errc()) return std::nullopt;
  parsed.length = static_cast<std::size_t>(end - digits.data());
  return parsed;
}

bool is_integer_suffix(const std::string& suffix) {
  constexpr std::array<std::string_view, 11> known{"",    "u",   "l", "ul", "lu", "ll",
                                                   "ull", "llu", "z", "uz", "zu"};
  return std::ranges::find(known, suffix) != known.end();
}

bool is_real_suffix(const std::string& suffix) { return suffix.empty() || suffix == "f" || suffix == "l"; }

/// Value, kind and suffix of a preprocessing number; none when it is not one that can be scaled.
std::optional<Literal> parse_number(std::string_view text) {
  std::string digits(text);
  std::erase(digits, '\'');
  const std::string small = lower(digits);
  const bool hexadecimal = small.starts_with("0x");
  if (small.starts_with("0b")) return std::nullopt;
  Literal literal;
  literal.real =
      hexadecimal ? small.find('p') != std::string::npos : small.find_first_of(".e") != std::string::npos;
  if (!literal.real && (hexadecimal || small[0] == '0')) return std::nullopt;
  const auto parsed = hexadecimal ? parse_real(small.substr(2), std::chars_format::hex)
                                  : parse_real(small, std::chars_format::general);
  if (!parsed || !std::isfinite(parsed->value) || parsed->value <= 0) return std::nullopt;
  literal.value = parsed->value;
  literal.suffix = digits.substr(parsed->length + (hexadecimal ? 2 : 0));
  const std::string suffix = lower(literal.suffix);
  if (literal.real ? !is_real_suffix(suffix) : !is_integer_suffix(suffix)) return std::nullopt;
  if (!literal.real && literal.value > max_exact_integer) return std::nullopt;
  return literal;
}

/// Where in the source a token stands, as far as it matters here.
class Surroundings {
 public:
  /// To be called with every token in turn; afterwards the answers hold for that token.
  void advance(const Token& token) {
    behind_case_ = previous_ == "case";
    if (token.text == "[") ++brackets_;
    if (token.text == "]" && brackets_ > 0) --brackets_;
    if (token.text == "constexpr") in_constant_ = true;
    // A body behind parentheses: what was declared is a function.
    if (token.text == ";" || (token.text == "{" && previous_ == ")")) in_constant_ = false;
    previous_ = token.text;
  }

  [[nodiscard]] bool tunable() const { return brackets_ == 0 && !behind_case_; }
  [[nodiscard]] bool in_constant() const { return in_constant_; }

 private:
  std::string_view previous_;
  int brackets_ = 0;
  bool in_constant_ = false;
  bool behind_case_ = false;
};

bool is_share(const Literal& literal) { return literal.real && literal.value > 0.5 && literal.value < 1; }

double moved(const Literal& literal, double factor) {
  if (is_share(literal)) return 1 - (1 - literal.value) / factor;
  if (literal.real) return literal.value * factor;
  const double scaled_value = std::round(literal.value * factor);
  const double step =
      factor > 1 ? std::max(scaled_value, literal.value + 1) : std::min(scaled_value, literal.value - 1);
  return std::clamp(step, 1.0, literal.value <= max_int ? max_int : max_exact_integer);
}

/// Six digits, and always recognisable as a real.
std::string real_text(double value) {
  std::string text = fmt::format("{:.6g}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

}  // namespace

std::vector<Literal> tunable_literals(std::string_view source) {
  std::vector<Literal> literals;
  Surroundings around;
  for (const Token& token : lex(source)) {
    if (token.directive) continue;
    around.advance(token);
    if (token.kind != TokenKind::number || !around.tunable()) continue;
    std::optional<Literal> literal = parse_number(token.text);
    if (!literal || (!literal->real && literal->value == 1 && !around.in_constant())) continue;
    literal->offset = token.offset;
    literal->length = token.text.size();
    literal->promise = around.in_constant() ? Promise::named_constant
                       : literal->real      ? Promise::real
                                            : Promise::integer;
    literals.push_back(*std::move(literal));
  }
  return literals;
}

std::optional<Tweak> scaled(const Literal& literal, double factor) {
  const double value = moved(literal, factor);
  if (!std::isfinite(value) || value <= 0) return std::nullopt;
  std::string text = literal.real ? real_text(value) : fmt::format("{:.0f}", value);
  const std::optional<Literal> written = parse_number(text);
  if (!written || written->value == literal.value) return std::nullopt;
  if (is_share(literal) && written->value >= 1) return std::nullopt;  // rounded up
  return Tweak{text + literal.suffix, written->value};
}

std::string replaced(std::string_view source, const Literal& literal, std::string_view text) {
  std::string result(source.substr(0, literal.offset));
  result.append(text).append(source.substr(literal.offset + literal.length));
  return result;
}

}  // namespace mls::trial
