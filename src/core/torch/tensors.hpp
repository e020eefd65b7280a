// Between messages and torch tensors. Everything is on the CPU and contiguous.
#pragma once

#include <string_view>

#include "core/message.hpp"
#include "core/torch/prelude.hpp"

namespace mls {

/// A tensor over the message's own memory: gone with it. Clone what shall last.
[[nodiscard]] torch::Tensor view_of(const TensorView& tensor);
[[nodiscard]] inline torch::Tensor view_of(const Message& message, std::string_view name) {
  return view_of(message.tensor(name));
}

/// Adds a view of the tensor, which must be contiguous, of one of the wire's types, and outlive the message's
/// sending: keep what `ready` returned.
void add(Message& message, std::string_view name, const torch::Tensor& tensor);

/// As `add` wants it: contiguous. The tensor itself where it is that already.
[[nodiscard]] inline torch::Tensor ready(const torch::Tensor& tensor) {
  return tensor.is_contiguous() ? tensor : tensor.detach().contiguous();
}

}  // namespace mls
