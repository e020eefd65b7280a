// Small networks for images and vectors, each with one part left open: its activation or its normalisation.
#pragma once

#include <torch/types.h>

#include <vector>

#include "core/rng.hpp"
#include "lib/nn/judge/torch/layers.hpp"

namespace mls::nn {

class Network {
 public:
  virtual ~Network() = default;
  /// x [samples, channels, height, width] or [samples, inputs] to [samples, outputs].
  [[nodiscard]] virtual torch::Tensor forward(const torch::Tensor& x, bool training) = 0;
  /// Where the open part is applied, in order of evaluation.
  [[nodiscard]] virtual std::vector<Place> places() const = 0;
  [[nodiscard]] virtual std::vector<Parameter> parameters() const { return layers_.parameters(); }
  /// Scales every layer in turn so that what it yields on x has variance one (WeightLayers).
  void scale_to_unit_variance(const torch::Tensor& x);

 protected:
  Network(Start start, Rng rng) : layers_(start, rng) {}
  WeightLayers layers_;
};

/// Convolutions in a row: a stem 3 x 3 with stride 2, `depth` convolutions 3 x 3, the activation after each;
/// mean over positions; linear.
struct PlainCnnShape {
  int channels = 1;
  int width = 16;
  int depth = 8;
  int classes = 10;
  bool batch_norm = false;  ///< before every activation; convolutions then have no bias
};
class PlainCnn final : public Network {
 public:
  PlainCnn(const PlainCnnShape& shape, Part activation, Rng rng);
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& x, bool training) override;
  [[nodiscard]] std::vector<Place> places() const override;
  [[nodiscard]] std::vector<Parameter> parameters() const override;

 private:
  PlainCnnShape shape_;
  Part activation_;
  std::vector<BatchNorm> norms_;
};

/// `depth` hidden layers, the activation after each; linear.
struct PlainMlpShape {
  int inputs = 1;
  int width = 64;
  int depth = 4;
  int outputs = 1;
};
class PlainMlp final : public Network {
 public:
  PlainMlp(const PlainMlpShape& shape, Part activation, Rng rng);
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& x, bool training) override;
  [[nodiscard]] std::vector<Place> places() const override;

 private:
  PlainMlpShape shape_;
  Part activation_;
};

/// A residual network with basic blocks (He et al. 2016): a stem 3 x 3 with stride 2, two stages of `blocks`
/// blocks with `width` and 2 `width` channels, of which the second starts with stride 2; shortcuts without
/// parameters (mean pooling, zero channels); ReLU; mean over positions; linear. Open: the normalisation after
/// each convolution.
struct ResNetShape {
  int channels = 1;
  int width = 12;
  int blocks = 3;
  int classes = 10;
};
class ResNet final : public Network {
 public:
  ResNet(const ResNetShape& shape, Part normalization, Rng rng);
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& x, bool training) override;
  [[nodiscard]] std::vector<Place> places() const override;

 private:
  ResNetShape shape_;
  Part normalization_;
};

/// Inverted residual blocks (Sandler et al. 2018): a stem 3 x 3 with stride 2 and ReLU6, `blocks` blocks
/// (expansion by 3, depthwise 3 x 3, projection; ReLU6 after the first two), all of the same width; mean over
/// positions; linear. Open: the normalisation after each convolution.
struct MobileShape {
  int channels = 1;
  int width = 24;
  int blocks = 4;
  int classes = 10;
};
class Mobile final : public Network {
 public:
  Mobile(const MobileShape& shape, Part normalization, Rng rng);
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& x, bool training) override;
  [[nodiscard]] std::vector<Place> places() const override;

 private:
  MobileShape shape_;
  Part normalization_;
};

}  // namespace mls::nn
