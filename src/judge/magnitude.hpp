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
  return std::isfinite(largest_magnitude(values));
}

}  // namespace mls::judge
