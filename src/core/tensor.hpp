// Dense arrays as they travel between judge and host: little-endian, row-major, no strides.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mls {

enum class DType : std::uint8_t { f32, f64, i32, i64, u8 };

[[nodiscard]] std::size_t size_of(DType dtype);
[[nodiscard]] std::string_view name_of(DType dtype);

template <typename T>
struct DTypeOf;
template <>
struct DTypeOf<float> {
  static constexpr DType value = DType::f32;
};
template <>
struct DTypeOf<double> {
  static constexpr DType value = DType::f64;
};
template <>
struct DTypeOf<std::int32_t> {
  static constexpr DType value = DType::i32;
};
template <>
struct DTypeOf<std::int64_t> {
  static constexpr DType value = DType::i64;
};
template <>
struct DTypeOf<std::uint8_t> {
  static constexpr DType value = DType::u8;
};

/// Extents, outermost first; empty for a scalar.
using Shape = std::vector<std::int64_t>;

/// "[3, 4]".
[[nodiscard]] std::string to_string(const Shape& shape);

/// A named array that somebody else owns. `bytes` is aligned to 8 and holds exactly product(shape) elements.
struct TensorView {
  std::string name;
  DType dtype = DType::f64;
  Shape shape;
  std::span<const std::byte> bytes;

  template <typename T>
  [[nodiscard]] std::span<const T> as() const {
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
  }
};

}  // namespace mls
