#include "lib/nn/judge/torch/vgg.hpp"

#include <utility>

namespace mls::nn {

Vgg::Vgg(const VggShape& shape, Parts parts, Rng rng)
    : Network(Start::he, rng), shape_(shape), parts_(std::move(parts)) {
  for (int k = 0; k < depth(); ++k) {
    layers_.add_convolution({.in = k == 0 ? shape.channels : width_of(k - 1),
                             .out = width_of(k),
                             .kernel = 3,
                             .stride = k % shape.convolutions == 0 ? 2 : 1,
                             .bias = false});
    if (!parts_.normalization) norms_.emplace_back(width_of(k));
  }
  layers_.add_linear(width_of(depth() - 1), shape.classes);
}

torch::Tensor Vgg::features(const torch::Tensor& x, bool training) {
  torch::Tensor h = x;
  for (int k = 0; k < depth(); ++k) {
    h = layers_.apply(k, h);
    h = parts_.normalization ? parts_.normalization(k, h, training)
                             : norms_[static_cast<std::size_t>(k)].apply(h, training);
    h = parts_.activation ? parts_.activation(k, h, training) : torch::relu(h);
  }
  return h.mean({2, 3});
}

torch::Tensor Vgg::forward(const torch::Tensor& x, bool training) {
  return layers_.apply(depth(), features(x, training));
}

std::vector<Place> Vgg::places() const {
  std::vector<Place> places;
  places.reserve(static_cast<std::size_t>(depth()));
  for (int k = 0; k < depth(); ++k) places.push_back({width_of(k), true, true});
  return places;
}

std::vector<Parameter> Vgg::parameters() const {
  std::vector<Parameter> all = layers_.parameters();
  for (const BatchNorm& norm : norms_) {
    for (const Parameter& parameter : norm.parameters()) all.push_back(parameter);
  }
  return all;
}

}  // namespace mls::nn
