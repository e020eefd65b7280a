#include "lib/diffusion/judge/torch/features.hpp"

#include "lib/diffusion/judge/torch/unet.hpp"

namespace mls::diffusion {

Matrix trained_features(nn::Vgg& network, const torch::Tensor& images) {
  const torch::NoGradGuard no_graph;
  return rows_of(network.features(images, false));
}

}  // namespace mls::diffusion
