// lex and trial::tunable_literals: the tokens of any bytes, and the numbers that may be tuned.
#include "trial/literals.hpp"

#include "core/cpp_lexer.hpp"
#include "tests/fuzz/targets/support.hpp"

namespace mls::fuzz {

void read_literals(std::string_view bytes) {
  std::size_t end = 0;
  for (const Token& token : lex(bytes)) {
    require(!token.text.empty() && token.offset >= end, "tokens are in order and do not overlap");
    require(bytes.substr(token.offset, token.text.size()) == token.text, "a token is where it says");
    end = token.offset + token.text.size();
  }
  for (const trial::Literal& literal : trial::tunable_literals(bytes)) {
    require(literal.value > 0, "there is something to scale");
    const auto tweak = trial::scaled(literal, 2);
    if (!tweak) continue;
    const auto again = trial::tunable_literals("constexpr auto x = " + tweak->text + ";");
    require(again.size() == 1 && again[0].value == tweak->value && again[0].suffix == literal.suffix,
            "a tweaked number is read as it was meant");
  }
}

}  // namespace mls::fuzz
