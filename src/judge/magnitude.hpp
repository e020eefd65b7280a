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

/// Which of the two nobody else writes to.
enum class Own { source, copy };

/// Copies as many values as `to` holds, whether finite or not, and returns the largest |v|, not finite if any
/// value is not. Looks at one's own only: the other may be memory that somebody else writes to meanwhile.
[[nodiscard]] inline float copy_and_measure(std::span<const float> from, std::span<float> to, Own own) {
  constexpr std::size_t block = 1024;  // is looked at while the fastest cache still has it
  // Largest magnitudes compare as their bits do: a maximum of floats would drop NaN.
  std::int32_t most = 0;
  for (std::size_t begin = 0; begin < to.size(); begin += block) {
    const std::span<const float> source = from.subspan(begin, std::min(block, to.size() - begin));
    const std::span<float> copy = to.subspan(begin, source.size());
    std::ranges::copy(source, copy.begin());
    const float largest = largest_magnitude(own == Own::source ? source : copy);
    most = std::max(most, std::bit_cast<std::int32_t>(largest));
  }
  return std::bit_cast<float>(most);
}

}  // namespace mls::judge
