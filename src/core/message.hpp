// One message between judge and host: a kind, named scalars and named tensors. Wire format:
// docs/wire-format.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/tensor.hpp"

namespace mls {

/// The other side broke the protocol: malformed bytes, a missing field, a wrong type, shape or value. The
/// message says what was found and what was expected.
class ProtocolError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

using Scalar = std::variant<bool, std::int64_t, double, std::string>;

/// Tensors added from spans are views: the caller keeps the memory alive until the message is sent or
/// encoded. Tensors of a received message live until the channel receives the next one.
class Message {
 public:
  Message() = default;
  explicit Message(std::string_view kind) : kind_(kind) {}

  [[nodiscard]] const std::string& kind() const { return kind_; }

  // Building.
  Message& set(std::string_view name, bool value);
  Message& set(std::string_view name, int value) { return set(name, std::int64_t{value}); }
  Message& set(std::string_view name, std::int64_t value);
  Message& set(std::string_view name, double value);
  Message& set(std::string_view name, std::string_view value);
  Message& set(std::string_view name, const char* value) { return set(name, std::string_view(value)); }
  /// One-dimensional.
  template <typename T>
  Message& add(std::string_view name, std::span<const T> values) {
    return add(name, values, {static_cast<std::int64_t>(values.size())});
  }
  /// The product of `shape` must be values.size() (std::logic_error otherwise: a bug of the sender).
  template <typename T>
  Message& add(std::string_view name, std::span<const T> values, Shape shape) {
    return add_view(name, DTypeOf<T>::value, std::move(shape), std::as_bytes(values));
  }
  template <typename T>
  Message& add(std::string_view name, const std::vector<T>& values) {
    return add(name, std::span<const T>(values));
  }
  template <typename T>
  Message& add(std::string_view name, const std::vector<T>& values, Shape shape) {
    return add(name, std::span<const T>(values), std::move(shape));
  }

  // Reading: every getter throws ProtocolError when the field is missing or of another type.
  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] bool boolean(std::string_view name) const;
  [[nodiscard]] std::int64_t integer(std::string_view name) const;
  /// An integer field is accepted too.
  [[nodiscard]] double real(std::string_view name) const;
  [[nodiscard]] const std::string& text(std::string_view name) const;
  [[nodiscard]] const TensorView& tensor(std::string_view name) const;
  /// The elements of a tensor of dtype T, any shape.
  template <typename T>
  [[nodiscard]] std::span<const T> values(std::string_view name) const {
    return typed(name, DTypeOf<T>::value).template as<T>();
  }
  /// The elements of a tensor of dtype T and exactly this shape; f32 and f64 values must be finite.
  template <typename T>
  [[nodiscard]] std::span<const T> values(std::string_view name, const Shape& shape) const {
    return checked(name, DTypeOf<T>::value, shape).template as<T>();
  }

  [[nodiscard]] const std::vector<std::pair<std::string, Scalar>>& scalars() const { return scalars_; }
  [[nodiscard]] const std::vector<TensorView>& tensors() const { return tensors_; }
  /// Empties it for re-use (keeps capacity).
  void reset(std::string_view kind);

  Message& add_view(std::string_view name, DType dtype, Shape shape, std::span<const std::byte> bytes);

 private:
  [[nodiscard]] const Scalar* find(std::string_view name) const;
  [[nodiscard]] const TensorView& typed(std::string_view name, DType dtype) const;
  [[nodiscard]] const TensorView& checked(std::string_view name, DType dtype, const Shape& shape) const;

  std::string kind_;
  std::vector<std::pair<std::string, Scalar>> scalars_;
  std::vector<TensorView> tensors_;
};

/// Sizes announced by the 16 bytes in front of every frame.
struct FrameSizes {
  std::size_t header = 0;
  std::size_t payload = 0;
  [[nodiscard]] std::size_t total() const { return header + payload; }
};
inline constexpr std::size_t frame_prefix_bytes = 16;
inline constexpr std::size_t max_header_bytes = std::size_t{64} * 1024;

/// Throws ProtocolError on a wrong magic number, a header longer than max_header_bytes or a payload longer
/// than `max_payload`.
[[nodiscard]] FrameSizes decode_prefix(std::span<const std::byte> prefix, std::size_t max_payload);

/// Decodes header and payload as they followed the prefix. Total: any bytes give a message or a
/// ProtocolError, without allocating more than a small multiple of the input. `payload` must be aligned to 8;
/// tensors view into it.
void decode_frame(std::span<const std::byte> header, std::span<const std::byte> payload, Message& out);

/// Prefix and header of a message; the payload is its tensors in order, each padded with zeros to a multiple
/// of 8.
void encode_header(const Message& message, std::vector<std::byte>& out);
[[nodiscard]] std::size_t payload_bytes(const Message& message);

/// Whole frame in one buffer, for files.
[[nodiscard]] std::string encode(const Message& message);

/// A message that owns its bytes: what a stored file holds.
class StoredMessage {
 public:
  StoredMessage() = default;
  /// Throws ProtocolError on anything but exactly one well-formed frame.
  explicit StoredMessage(std::string_view bytes);
  [[nodiscard]] const Message& get() const { return message_; }

 private:
  std::vector<std::uint64_t> storage_;  // 8-aligned payload
  Message message_;
};

}  // namespace mls
