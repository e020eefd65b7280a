// SHA-256 and HMAC-SHA256: content addresses and sealed draws.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace mls {

using Digest = std::array<std::uint8_t, 32>;

[[nodiscard]] Digest sha256(std::string_view bytes);
/// Streams the file, so that size does not matter. Throws bad_input when it cannot be read.
[[nodiscard]] Digest sha256_file(const std::filesystem::path& path);
[[nodiscard]] Digest hmac_sha256(std::string_view key, std::string_view message);
/// 64 lower-case hexadecimal digits.
[[nodiscard]] std::string hex(const Digest& digest);
[[nodiscard]] inline std::string sha256_hex(std::string_view bytes) { return hex(sha256(bytes)); }
/// The first eight bytes, little-endian: a seed.
[[nodiscard]] std::uint64_t first_word(const Digest& digest);

}  // namespace mls
