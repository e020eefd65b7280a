// The numbers in a method's source that may be tuned, and what a tweak makes of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mls::trial {

/// Which numbers are likeliest to be a method's constants.
enum class Promise {
  named_constant,  ///< in a `constexpr` declaration
  real,            ///< any other floating-point number
  integer,         ///< any other integer
};

/// One numeric literal, taken apart.
struct Literal {
  std::size_t offset = 0;  ///< in the source
  std::size_t length = 0;
  bool real = false;
  double value = 0;    ///< above 0; exact for integers, which are below 2^53
  std::string suffix;  ///< "f", "u", "LL", ...
  Promise promise = Promise::real;
};

/// The literals whose change is a change of an amount, in order of appearance. Left out: zeros (nothing to
/// scale), integers in hexadecimal, binary or octal (bit patterns), 0 and 1 as integers outside constants
/// (where counting begins and how it goes on), numbers with a user's suffix, and whatever stands in a
/// preprocessor directive, between square brackets, or behind `case`. Total.
[[nodiscard]] std::vector<Literal> tunable_literals(std::string_view source);

struct Tweak {
  std::string text;  ///< to stand in the literal's place, with its suffix
  double value = 0;  ///< of the text
};
/// The literal scaled by `factor` (> 0, not 1). Shares stay shares: of a real between 1/2 and 1 it is the
/// distance to 1 that is divided by the factor. Integers move by at least 1 and stay at least 1; one that
/// fits in an int stays so. None when that changes nothing.
[[nodiscard]] std::optional<Tweak> scaled(const Literal& literal, double factor);

/// The source with this literal's text replaced.
[[nodiscard]] std::string replaced(std::string_view source, const Literal& literal, std::string_view text);

}  // namespace mls::trial
