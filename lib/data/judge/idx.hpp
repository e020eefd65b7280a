// IDX files, the format of MNIST (docs/data-packs.md, "IDX").
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/tensor.hpp"

namespace mls::data {

/// An array of unsigned bytes, row-major; values.size() is the product of shape.
struct ByteArray {
  Shape shape;
  std::vector<std::uint8_t> values;
};

/// Plain or compressed (gzip, bzip2, xz) IDX of unsigned bytes, one to eight dimensions. Total: any bytes
/// give an array or bad_input, which says what was found and names `name`; allocates no more than the
/// decompressed input holds.
[[nodiscard]] ByteArray decode_idx(std::string_view bytes, const std::string& name);
[[nodiscard]] ByteArray read_idx(const std::filesystem::path& path);

}  // namespace mls::data
