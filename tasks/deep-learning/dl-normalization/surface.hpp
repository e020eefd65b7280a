// What a method implements: one normalisation layer, of which every place in the judge's network gets its own
// copy.
#pragma once

#include <memory>
#include <vector>

#include "host/torch/prelude.hpp"

namespace mls {

/// Of one layer.
struct LayerInfo {
  int channels = 0;  ///< C
  int index = 0;     ///< from 0, in order of evaluation
  int layers = 0;    ///< how many there are
};

class Normalization {
 public:
  virtual ~Normalization() = default;
  /// x is float32 [B, C, H, W], the output of a convolution without bias; y has the same shape. B differs
  /// from call to call, and may be 1. In training the result is differentiated by automatic differentiation.
  /// In evaluation (training = false) y of a sample must not depend on the other samples of the call, nor on
  /// earlier calls.
  /// Positions have no order: if the H W positions of x are permuted, alike in all samples and channels, y is
  /// permuted with them.
  virtual torch::Tensor forward(const torch::Tensor& x, bool training) = 0;
  /// Float32 tensors that require gradients, at most 8 C + 16 numbers together: trained with the network, at
  /// its learning rate, without weight decay. Asked for once, after construction.
  virtual std::vector<torch::Tensor> parameters() { return {}; }
  /// Float32 tensors, at most 4 C + 16 numbers together, that forward updates in place in training and that
  /// are carried into evaluation, such as running statistics.
  virtual std::vector<torch::Tensor> buffers() { return {}; }
};

/// Called once a layer, before training, and again for evaluation, when parameters() and buffers() are then
/// set to what training has made of them.
std::unique_ptr<Normalization> make_normalization(const LayerInfo& info);

}  // namespace mls
