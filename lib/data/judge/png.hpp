// PNG images, decoded by libpng.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mls::data {

/// Straight (not premultiplied) red, green, blue, alpha; row-major from the top left, height x width x 4.
struct RgbaImage {
  int height = 0;
  int width = 0;
  std::vector<std::uint8_t> values;
};

/// Any colour type and depth. Total: any bytes give an image or bad_input, which names `name`; images of more
/// than 2^24 pixels are refused before anything is allocated for them.
[[nodiscard]] RgbaImage decode_png(std::string_view bytes, const std::string& name);
[[nodiscard]] RgbaImage read_png(const std::filesystem::path& path);

}  // namespace mls::data
