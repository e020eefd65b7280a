#include "lib/data/judge/idx.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/files.hpp"
#include "lib/data/judge/inflate.hpp"

namespace mls::data {
namespace {

constexpr std::size_t max_dimensions = 8;
constexpr unsigned char unsigned_bytes = 0x08;

std::uint32_t big_endian(std::string_view four) {
  std::uint32_t value = 0;
  for (const char c : four) value = value << 8U | static_cast<unsigned char>(c);
  return value;
}

}  // namespace

ByteArray decode_idx(std::string_view compressed, const std::string& name) {
  const std::string bytes = inflate(compressed, name);
  if (bytes.size() < 4 || bytes[0] != 0 || bytes[1] != 0) {
    throw bad_input(fmt::format("{}: is no IDX file: it does not start with two zero bytes", name));
  }
  const auto type = static_cast<unsigned char>(bytes[2]);
  const auto dimensions = static_cast<unsigned char>(bytes[3]);
  if (type != unsigned_bytes) {
    throw bad_input(fmt::format("{}: IDX element type {:#04x}; only unsigned bytes ({:#04x}) are read", name,
                                type, unsigned_bytes));
  }
  if (dimensions < 1 || dimensions > max_dimensions) {
    throw bad_input(fmt::format("{}: {} dimensions; one to {} are read", name, dimensions, max_dimensions));
  }
  const std::size_t header = 4 + 4 * std::size_t{dimensions};
  if (bytes.size() < header) throw bad_input(fmt::format("{}: ends within the IDX header", name));
  ByteArray array;
  const std::size_t available = bytes.size() - header;
  std::size_t count = 1;
  for (std::size_t i = 0; i < dimensions; ++i) {
    const std::size_t extent = big_endian(std::string_view(bytes).substr(4 + 4 * i, 4));
    array.shape.push_back(static_cast<std::int64_t>(extent));
    // Both factors are below 2^32, so the product cannot overflow; beyond what is there its value does not
    // matter.
    count = count > available ? (extent == 0 ? 0 : count) : count * extent;
  }
  if (count != available) {
    throw bad_input(
        fmt::format("{}: the header announces {} but {} bytes follow; the file is truncated or damaged", name,
                    to_string(array.shape), available));
  }
  array.values.assign(bytes.begin() + static_cast<std::ptrdiff_t>(header), bytes.end());
  return array;
}

ByteArray read_idx(const std::filesystem::path& path) {
  return decode_idx(read_file(path, default_inflate_limit), path.string());
}

}  // namespace mls::data
