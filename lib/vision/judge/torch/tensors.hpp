// Image data sets as tensors.
#pragma once

#include <torch/types.h>

#include "lib/vision/judge/images.hpp"

namespace mls::vision {

/// Copies of the data: x f32 [count, channels, height, width], y i64 [count].
struct ImageTensors {
  torch::Tensor x;
  torch::Tensor y;
};
[[nodiscard]] ImageTensors tensors_of(const LabelledImages& images);

}  // namespace mls::vision
