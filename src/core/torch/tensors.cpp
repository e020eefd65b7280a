#include "core/torch/tensors.hpp"

#include <stdexcept>

namespace mls {
namespace {

torch::ScalarType type_of(DType dtype) {
  switch (dtype) {
    case DType::f32:
      return torch::kFloat32;
    case DType::f64:
      return torch::kFloat64;
    case DType::i32:
      return torch::kInt32;
    case DType::i64:
      return torch::kInt64;
    case DType::u8:
      return torch::kUInt8;
  }
  throw std::logic_error("unknown type of a tensor on the wire");
}

DType type_of(torch::ScalarType type) {
  for (const DType known : {DType::f32, DType::f64, DType::i32, DType::i64, DType::u8})
    if (type_of(known) == type) return known;
  throw std::invalid_argument(
      "a tensor of this type cannot be sent; float, double, int32, int64 and uint8 can");
}

}  // namespace

torch::Tensor view_of(const TensorView& tensor) {
  // from_blob takes a mutable pointer; receivers own what they receive until the next message.
  auto* const data = const_cast<std::byte*>(tensor.bytes.data());  // NOLINT
  return torch::from_blob(data, tensor.shape, type_of(tensor.dtype));
}

void add(Message& message, std::string_view name, const torch::Tensor& tensor) {
  if (!tensor.is_contiguous()) throw std::invalid_argument("a tensor that is sent must be contiguous");
  const auto* const data = static_cast<const std::byte*>(tensor.data_ptr());
  message.add_view(name, type_of(tensor.scalar_type()), tensor.sizes().vec(), {data, tensor.nbytes()});
}

}  // namespace mls
