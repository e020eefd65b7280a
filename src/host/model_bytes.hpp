// Packs a model into the bytes that the bounded protocols carry, and unpacks it again: numbers one after the
// other, without gaps or names. Both sides must agree on the order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

namespace mls::host {

class ModelWriter {
 public:
  template <typename T>
    requires std::is_arithmetic_v<T>
  ModelWriter& put(T value) {
    return put(std::span<const T>(&value, 1));
  }
  template <typename T>
    requires std::is_arithmetic_v<T>
  ModelWriter& put(std::span<const T> values) {
    const auto* first = reinterpret_cast<const std::uint8_t*>(values.data());
    bytes_.insert(bytes_.end(), first, first + values.size_bytes());
    return *this;
  }
  [[nodiscard]] std::vector<std::uint8_t> take() { return std::move(bytes_); }

 private:
  std::vector<std::uint8_t> bytes_;
};

/// Throws std::out_of_range when more is asked for than is left. Keeps a view of the bytes.
class ModelReader {
 public:
  explicit ModelReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  template <typename T>
    requires std::is_arithmetic_v<T>
  [[nodiscard]] T get() {
    T value{};
    get(std::span<T>(&value, 1));
    return value;
  }
  /// Fills `values`.
  template <typename T>
    requires std::is_arithmetic_v<T>
  void get(std::span<T> values) {
    if (values.size_bytes() > bytes_.size()) throw std::out_of_range("the model ends early");
    if (!values.empty()) std::memcpy(values.data(), bytes_.data(), values.size_bytes());
    bytes_ = bytes_.subspan(values.size_bytes());
  }
  [[nodiscard]] std::size_t left() const { return bytes_.size(); }

 private:
  std::span<const std::uint8_t> bytes_;
};

}  // namespace mls::host
