// What a method implements: one nonlinearity, of which every layer of the judge's network gets its own copy.
#pragma once

#include <memory>
#include <vector>

#include "host/torch/prelude.hpp"

namespace mls {

/// Of one layer.
struct LayerInfo {
  int index = 0;               ///< from 0, in order of evaluation
  int layers = 0;              ///< how many there are
  int channels = 0;            ///< C
  bool normalized = false;     ///< its inputs come from a batch normalisation
  bool convolutional = false;  ///< it follows a convolution, not a linear layer
};

/// y[i, c] = f_c(x[i, c]): a function of each number alone.
class Activation {
 public:
  virtual ~Activation() = default;
  /// x is float32 [N, C], a row for every sample and position; y has the same shape. Differentiated by
  /// automatic differentiation. The same in training and evaluation. |f(x)| <= 100 (1 + |x|)^2.
  virtual torch::Tensor forward(const torch::Tensor& x) = 0;
  /// Float32 tensors that require gradients, at most 2 C + 8 numbers together: trained with the network, at
  /// its learning rate, without weight decay. Asked for once, after construction.
  virtual std::vector<torch::Tensor> parameters() { return {}; }
};

/// Called once a layer, before training, and again for evaluation, when parameters() are then set to what
/// training has made of them.
std::unique_ptr<Activation> make_activation(const LayerInfo& info);

}  // namespace mls
