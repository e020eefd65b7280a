#include "evaluate/portable_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/cpp_lexer.hpp"

namespace mls::evaluate {
namespace {

constexpr std::array<std::string_view, 13> forbidden{
    "__attribute__", "__attribute", "__declspec", "gnu",     "__gnu__",  "clang", "_Clang",
    "asm",           "__asm",       "__asm__",    "_Pragma", "__pragma", "##"};

bool is_forbidden(std::string_view word) { return std::ranges::find(forbidden, word) != forbidden.end(); }

bool is_pragma(const std::vector<Token>& tokens, std::size_t at) {
  return tokens[at].directive && tokens[at].text == "pragma" && at > 0 && tokens[at - 1].text == "#" &&
         !(at + 1 < tokens.size() && tokens[at + 1].text == "once");
}

/// A name may be spliced over two lines, which the lexer does not put together again; compilers ignore blanks
/// behind the backslash.
bool continues_a_line(std::string_view source) {
  for (std::size_t end = source.find('\n'); end != std::string_view::npos; end = source.find('\n', end + 1)) {
    const std::size_t last = source.substr(0, end).find_last_not_of(" \t\r\v\f");
    if (last != std::string_view::npos && source[last] == '\\') return true;
  }
  return false;
}

}  // namespace

std::string instruction_set_objection(std::string_view source) {
  if (continues_a_line(source)) return "a method that is timed must not continue lines by a backslash";
  if (source.find("%:") != std::string_view::npos)
    return "a method that is timed must not write '%:' for '#'; put a blank between '%' and ':'";
  const std::vector<Token> tokens = lex(source);
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    if (!is_forbidden(tokens[at].text) && !is_pragma(tokens, at)) continue;
    const auto line = 1 + std::ranges::count(source.substr(0, tokens[at].offset), '\n');
    return fmt::format(
        "line {}: '{}' could change the instruction set, which is fixed where methods are timed; write it "
        "without attributes, pragmas, assembly and token pasting (intrinsics of AVX2 are fine)",
        line, tokens[at].text);
  }
  return "";
}

}  // namespace mls::evaluate
