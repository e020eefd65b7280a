// Real images as points of a few dozen dimensions.
#pragma once

#include <cstdint>
#include <span>

#include "lib/diffusion/shared/matrix.hpp"

namespace mls::diffusion {

/// Of square grey images (rows from the top, one after the other), the middle crop x crop pixels, averaged
/// over squares to side x side, from -1 (black) to 1 (white); one image a row. Requires crop <= given side,
/// even margins, and a crop that `side` divides (std::invalid_argument).
[[nodiscard]] Matrix small_images(std::span<const std::uint8_t> pixels, int given_side, int crop, int side);

}  // namespace mls::diffusion
