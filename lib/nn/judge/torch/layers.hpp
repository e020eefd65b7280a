// Layers that a judge's networks are made of: functions of tensors with explicit parameters, so that
// initialisation, training and the studied part can each be chosen from outside.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "core/rng.hpp"
#include "lib/nn/judge/torch/optimizer.hpp"

namespace mls::nn {

/// What a network leaves open, an activation or a normalisation: x at the network's place number `place`
/// (0, 1, ... in order of evaluation) to a tensor of the same shape. x is [samples, channels, height, width],
/// or [samples, channels] after linear layers.
using Part = std::function<torch::Tensor(std::int64_t place, const torch::Tensor& x, bool training)>;

/// What may be said of a place.
struct Place {
  int channels = 0;
  bool normalized = false;     ///< its input comes from a normalisation of the judge's
  bool convolutional = false;  ///< else after a linear layer
};

/// How weights start; biases are zero.
enum class Start {
  he,          ///< normal with variance 2 / fan-in (He et al. 2015)
  orthogonal,  ///< rows (or columns, when there are fewer) orthonormal; depthwise filters normalised one by
               ///< one
};

struct ConvolutionShape {
  int in = 0;
  int out = 0;
  int kernel = 1;  ///< odd; padded so that a stride of one keeps the size
  int stride = 1;
  int groups = 1;
  bool bias = true;
};

/// Convolutions and linear layers by number.
class WeightLayers {
 public:
  WeightLayers(Start start, Rng rng) : start_(start), rng_(rng) {}

  int add_convolution(const ConvolutionShape& shape);
  int add_linear(int in, int out);
  [[nodiscard]] torch::Tensor apply(int layer, const torch::Tensor& x);
  /// While true, `apply` first scales the layer's weights so that its outputs have variance one
  /// (layer-sequential unit variance, Mishkin & Matas 2016). As outputs are linear in the weights, one
  /// forward pass does it for all.
  void scale_to_unit_variance(bool on) { scaling_ = on; }
  [[nodiscard]] const std::vector<Parameter>& parameters() const { return parameters_; }

 private:
  struct Layer {
    torch::Tensor weight;
    torch::Tensor bias;  ///< undefined: none
    ConvolutionShape shape;
    bool linear = false;
  };
  int add(Layer layer, const std::vector<std::int64_t>& weight_shape);
  [[nodiscard]] static torch::Tensor output(const Layer& layer, const torch::Tensor& x);

  Start start_;
  Rng rng_;
  bool scaling_ = false;
  std::vector<Layer> layers_;
  std::vector<Parameter> parameters_;
};

/// Batch normalisation (Ioffe & Szegedy 2015): gains one, shifts zero, momentum .1, running statistics in
/// evaluation.
class BatchNorm {
 public:
  explicit BatchNorm(int channels);
  [[nodiscard]] torch::Tensor apply(const torch::Tensor& x, bool training) const;
  [[nodiscard]] std::vector<Parameter> parameters() const { return {{gain_, false}, {shift_, false}}; }

 private:
  torch::Tensor gain_;
  torch::Tensor shift_;
  torch::Tensor mean_;
  torch::Tensor variance_;
};

/// Feature maps [samples, channels, height, width] as rows [samples x height x width, channels], and back;
/// rows stay as they are. Both are differentiable.
[[nodiscard]] torch::Tensor to_rows(const torch::Tensor& x);
[[nodiscard]] torch::Tensor from_rows(const torch::Tensor& rows, const torch::Tensor& like);

}  // namespace mls::nn
