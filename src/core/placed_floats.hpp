// How a message tells of floats that lie in the memory between judge and host (core/exchange_memory.hpp): by
// an i64 tensor, where in the sender's half they begin and then their shape.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/message.hpp"

namespace mls {

struct PlacedFloats {
  std::size_t place = 0;  ///< as its sender says; nobody has looked whether the memory is that long
  Shape shape;
};

/// Whether the tensor tells of floats elsewhere instead of holding them.
[[nodiscard]] inline bool is_placed(const TensorView& tensor) { return tensor.dtype == DType::i64; }

/// Adds such a tensor, whose numbers are in `kept` until the message is sent.
void add_placed(Message& message, std::string_view name, std::size_t place,
                std::span<const std::int64_t> shape, Shape& kept);
/// ProtocolError where there is no place.
[[nodiscard]] PlacedFloats placed_floats(const TensorView& tensor);

}  // namespace mls
