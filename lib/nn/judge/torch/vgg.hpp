// A plain network in stages of growing width.
#pragma once

#include "lib/nn/judge/torch/networks.hpp"
#include "lib/nn/judge/torch/parts.hpp"

namespace mls::nn {

/// In the manner of VGG (Simonyan & Zisserman 2015): `stages` stages of `convolutions` convolutions 3 x 3
/// without bias, `width` channels in the first and twice as many in each that follows. The first convolution
/// of a stage has stride 2, where VGG ends a stage by max pooling: at these sizes a third of the cost. After
/// every convolution the normalisation, then the activation; mean over positions; linear.
struct VggShape {
  int channels = 1;
  int width = 16;
  int stages = 2;
  int convolutions = 2;
  int classes = 10;
};
class Vgg final : public Network {
 public:
  /// Own parts: batch normalisation and ReLU. Both are applied at all places.
  Vgg(const VggShape& shape, Parts parts, Rng rng);
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& x, bool training) override;
  /// What the linear layer sees: [samples, channels of the last stage].
  [[nodiscard]] torch::Tensor features(const torch::Tensor& x, bool training);
  /// Of either part; `normalized` is true of the activation only.
  [[nodiscard]] std::vector<Place> places() const override;
  [[nodiscard]] std::vector<Parameter> parameters() const override;

 private:
  [[nodiscard]] int width_of(int layer) const { return shape_.width << (layer / shape_.convolutions); }
  [[nodiscard]] int depth() const { return shape_.stages * shape_.convolutions; }

  VggShape shape_;
  Parts parts_;
  std::vector<BatchNorm> norms_;  // none where the normalisation comes from outside
};

}  // namespace mls::nn
