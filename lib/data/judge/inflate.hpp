// Decompression of whole files in memory. Total: any bytes give bytes or mls::Error (bad_input), and never
// more than a limit is allocated.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mls::data {

inline constexpr std::size_t default_inflate_limit = std::size_t{1} << 30;

/// gzip, zlib, bzip2 and xz by their magic numbers; anything else is returned as it is. Refuses truncated and
/// damaged streams and results of more than `limit` bytes. `name` stands in error messages.
[[nodiscard]] std::string inflate(std::string_view bytes, const std::string& name,
                                  std::size_t limit = default_inflate_limit);

/// One stream of a known kind. raw_lzma2 is what R writes into lazy-load databases: LZMA2 without a
/// container.
enum class Compression { zlib, bzip2, xz, raw_lzma2 };
[[nodiscard]] std::string inflate(std::string_view bytes, Compression kind, const std::string& name,
                                  std::size_t limit = default_inflate_limit);

}  // namespace mls::data
