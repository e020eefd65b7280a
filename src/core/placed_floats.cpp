#include "core/placed_floats.hpp"

#include "core/error.hpp"

namespace mls {

void add_placed(Message& message, std::string_view name, std::size_t place,
                std::span<const std::int64_t> shape, Shape& kept) {
  kept.assign(1, static_cast<std::int64_t>(place));
  kept.insert(kept.end(), shape.begin(), shape.end());
  message.add(name, kept);
}

PlacedFloats placed_floats(const TensorView& tensor) {
  const auto numbers = tensor.as<std::int64_t>();
  if (numbers.empty()) throw ProtocolError("tensor '" + tensor.name + "' lacks its place in the memory");
  return {static_cast<std::size_t>(numbers.front()), {numbers.begin() + 1, numbers.end()}};
}

}  // namespace mls
