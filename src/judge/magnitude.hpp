// How large numbers are, and whether they are numbers at all, at the speed of memory.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <span>

namespace mls::judge {

/// The largest |v|, 0 of none. Not finite if any value is not.
[[nodiscard]] inline float largest_magnitude(std::span<const float> values) {
  // Without their signs, the bits of floats are ordered as the numbers are, infinity and then NaN last.
  // Unlike a maximum of floats, one of integers is computed several at a time.
  std::int32_t most = 0;
  for (const float value : values) most = std::max(most, std::bit_cast<std::int32_t>(value) & 0x7fffffff);
  return std::bit_cast<float>(most);
}

[[nodiscard]] inline bool all_finite(std::span<const float> values) {
  // One more in the exponent carries into the sign where the exponent was the last.
  std::uint32_t carried = 0;
  for (const float value : values)
    carried |= (std::bit_cast<std::uint32_t>(value) & 0x7fffffffU) + 0x00800000U;
  return (carried >> 31U) == 0;
}

/// Copies as many values as `to` holds, whether finite or not, and says whether they are. What is looked at
/// is the copy, so `from` may be memory that somebody else writes to.
[[nodiscard]] inline bool copy_finite(std::span<const float> from, std::span<float> to) {
  constexpr std::size_t block = 1024;  // is looked at while the fastest cache still has it
  bool finite = true;
  for (std::size_t begin = 0; begin < to.size(); begin += block) {
    const std::span<float> part = to.subspan(begin, std::min(block, to.size() - begin));
    std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(begin), part.size(), part.begin());
    finite = all_finite(part) && finite;
  }
  return finite;
}

}  // namespace mls::judge
