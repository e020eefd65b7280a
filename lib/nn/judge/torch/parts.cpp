#include "lib/nn/judge/torch/parts.hpp"

namespace mls::nn {

LayerNorm::LayerNorm(int width)
    : gain_(torch::ones({width}).set_requires_grad(true)),
      shift_(torch::zeros({width}).set_requires_grad(true)) {}

torch::Tensor LayerNorm::apply(const torch::Tensor& x) const {
  return torch::layer_norm(x, {x.size(-1)}, gain_, shift_, 1e-5);
}

}  // namespace mls::nn
