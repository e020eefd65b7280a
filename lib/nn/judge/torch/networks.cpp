#include "lib/nn/judge/torch/networks.hpp"

#include <utility>

namespace mls::nn {
namespace {

constexpr int expansion = 3;

torch::Tensor mean_over_positions(const torch::Tensor& x) { return x.mean({2, 3}); }

/// Half the size by mean pooling, twice the channels by zeros.
torch::Tensor shortcut(const torch::Tensor& x) {
  return torch::constant_pad_nd(torch::avg_pool2d(x, 2, 2, 0, true), {0, 0, 0, 0, 0, x.size(1)});
}

}  // namespace

void Network::scale_to_unit_variance(const torch::Tensor& x) {
  const torch::NoGradGuard no_graph;
  layers_.scale_to_unit_variance(true);
  (void)forward(x, true);
  layers_.scale_to_unit_variance(false);
}

PlainCnn::PlainCnn(const PlainCnnShape& shape, Part activation, Rng rng)
    : Network(Start::orthogonal, rng), shape_(shape), activation_(std::move(activation)) {
  for (int k = 0; k <= shape.depth; ++k) {
    layers_.add_convolution({.in = k == 0 ? shape.channels : shape.width,
                             .out = shape.width,
                             .kernel = 3,
                             .stride = k == 0 ? 2 : 1,
                             .bias = !shape.batch_norm});
    if (shape.batch_norm) norms_.emplace_back(shape.width);
  }
  layers_.add_linear(shape.width, shape.classes);
}

torch::Tensor PlainCnn::forward(const torch::Tensor& x, bool training) {
  torch::Tensor h = x;
  for (int k = 0; k <= shape_.depth; ++k) {
    h = layers_.apply(k, h);
    if (shape_.batch_norm) h = norms_[static_cast<std::size_t>(k)].apply(h, training);
    h = activation_(k, h, training);
  }
  return layers_.apply(shape_.depth + 1, mean_over_positions(h));
}

std::vector<Place> PlainCnn::places() const {
  return std::vector<Place>(static_cast<std::size_t>(shape_.depth) + 1,
                            {shape_.width, shape_.batch_norm, true});
}

std::vector<Parameter> PlainCnn::parameters() const {
  std::vector<Parameter> all = layers_.parameters();
  for (const BatchNorm& norm : norms_) {
    for (const Parameter& parameter : norm.parameters()) all.push_back(parameter);
  }
  return all;
}

PlainMlp::PlainMlp(const PlainMlpShape& shape, Part activation, Rng rng)
    : Network(Start::orthogonal, rng), shape_(shape), activation_(std::move(activation)) {
  for (int k = 0; k < shape.depth; ++k) layers_.add_linear(k == 0 ? shape.inputs : shape.width, shape.width);
  layers_.add_linear(shape.width, shape.outputs);
}

torch::Tensor PlainMlp::forward(const torch::Tensor& x, bool training) {
  torch::Tensor h = x;
  for (int k = 0; k < shape_.depth; ++k) h = activation_(k, layers_.apply(k, h), training);
  return layers_.apply(shape_.depth, h);
}

std::vector<Place> PlainMlp::places() const {
  return std::vector<Place>(static_cast<std::size_t>(shape_.depth), {shape_.width, false, false});
}

ResNet::ResNet(const ResNetShape& shape, Part normalization, Rng rng)
    : Network(Start::he, rng), shape_(shape), normalization_(std::move(normalization)) {
  layers_.add_convolution({shape.channels, shape.width, 3, 2, 1, false});
  for (int k = 0; k < 2 * shape.blocks; ++k) {
    const int out = k < shape.blocks ? shape.width : 2 * shape.width;
    const bool down = k == shape.blocks;
    layers_.add_convolution({down ? shape.width : out, out, 3, down ? 2 : 1, 1, false});
    layers_.add_convolution({out, out, 3, 1, 1, false});
  }
  layers_.add_linear(2 * shape.width, shape.classes);
}

torch::Tensor ResNet::forward(const torch::Tensor& x, bool training) {
  const auto normalized = [&](int layer, const torch::Tensor& h) {
    return normalization_(layer, layers_.apply(layer, h), training);
  };
  torch::Tensor h = torch::relu(normalized(0, x));
  for (int k = 0; k < 2 * shape_.blocks; ++k) {
    const torch::Tensor inner = normalized(2 * k + 2, torch::relu(normalized(2 * k + 1, h)));
    h = torch::relu(inner + (k == shape_.blocks ? shortcut(h) : h));
  }
  return layers_.apply(4 * shape_.blocks + 1, mean_over_positions(h));
}

std::vector<Place> ResNet::places() const {
  std::vector<Place> places(2 * static_cast<std::size_t>(shape_.blocks) + 1, {shape_.width, false, true});
  places.resize(4 * static_cast<std::size_t>(shape_.blocks) + 1, {2 * shape_.width, false, true});
  return places;
}

Mobile::Mobile(const MobileShape& shape, Part normalization, Rng rng)
    : Network(Start::he, rng), shape_(shape), normalization_(std::move(normalization)) {
  const int wide = expansion * shape.width;
  layers_.add_convolution({shape.channels, shape.width, 3, 2, 1, false});
  for (int k = 0; k < shape.blocks; ++k) {
    layers_.add_convolution({shape.width, wide, 1, 1, 1, false});
    layers_.add_convolution({wide, wide, 3, 1, wide, false});
    layers_.add_convolution({wide, shape.width, 1, 1, 1, false});
  }
  layers_.add_linear(shape.width, shape.classes);
}

torch::Tensor Mobile::forward(const torch::Tensor& x, bool training) {
  const auto normalized = [&](int layer, const torch::Tensor& h) {
    return normalization_(layer, layers_.apply(layer, h), training);
  };
  const auto relu6 = [](const torch::Tensor& h) { return torch::clamp(h, 0, 6); };
  torch::Tensor h = relu6(normalized(0, x));
  for (int k = 0; k < shape_.blocks; ++k) {
    const torch::Tensor wide = relu6(normalized(3 * k + 1, h));
    h = h + normalized(3 * k + 3, relu6(normalized(3 * k + 2, wide)));
  }
  return layers_.apply(3 * shape_.blocks + 1, mean_over_positions(h));
}

std::vector<Place> Mobile::places() const {
  std::vector<Place> places{{shape_.width, false, true}};
  for (int k = 0; k < shape_.blocks; ++k) {
    places.push_back({expansion * shape_.width, false, true});
    places.push_back({expansion * shape_.width, false, true});
    places.push_back({shape_.width, false, true});
  }
  return places;
}

}  // namespace mls::nn
