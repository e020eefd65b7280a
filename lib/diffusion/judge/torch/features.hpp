// Features in which distances between sets of images see what a classifier sees.
#pragma once

#include "lib/diffusion/shared/matrix.hpp"
#include "lib/nn/judge/torch/vgg.hpp"

namespace mls::diffusion {

/// One row an image: what reaches the last layer of the network, in evaluation. For frechet_distance and the
/// like (distances.hpp), with a network that was trained on such images (Heusel et al. 2017).
[[nodiscard]] Matrix trained_features(nn::Vgg& network, const torch::Tensor& images);

}  // namespace mls::diffusion
