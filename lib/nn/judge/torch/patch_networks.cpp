#include "lib/nn/judge/torch/patch_networks.hpp"

#include <cmath>
#include <stdexcept>
#include <utility>

namespace mls::nn {
namespace {

constexpr double position_deviation = 0.2;  // tokens start with about one
constexpr int mixer_ratio = 2;

/// `f` of rows [all but the last axis, last axis].
torch::Tensor by_rows(const Part& f, int place, const torch::Tensor& x, bool training) {
  return f(place, x.reshape({-1, x.size(-1)}), training).reshape(x.sizes());
}

}  // namespace

PatchNetwork::PatchNetwork(const PatchShape& shape, Parts parts, int norms, Rng rng)
    : Network(Start::orthogonal, rng), shape_(shape), parts_(std::move(parts)), norm_places_(norms) {
  if (shape.patch < 1 || shape.side % shape.patch != 0)
    throw std::invalid_argument("the side of the image must be a multiple of the patch's");
  layers_.add_linear(shape.channels * shape.patch * shape.patch, shape.width);
  if (!parts_.normalization) {
    for (int k = 0; k < norms; ++k) norms_.emplace_back(shape.width);
  }
}

torch::Tensor PatchNetwork::embedded(const torch::Tensor& x) {
  if (x.dim() != 4 || x.size(1) != shape_.channels || x.size(2) != shape_.side || x.size(3) != shape_.side)
    throw std::invalid_argument("the images are not of the size that the network was made for");
  const std::int64_t along = shape_.side / shape_.patch;
  const torch::Tensor cut = x.reshape({x.size(0), x.size(1), along, shape_.patch, along, shape_.patch})
                                .permute({0, 2, 4, 1, 3, 5})
                                .reshape({x.size(0), along * along, -1});
  return layers_.apply(0, cut);
}

torch::Tensor PatchNetwork::normalized(int place, const torch::Tensor& tokens, bool training) const {
  if (parts_.normalization) return by_rows(parts_.normalization, place, tokens, training);
  return norms_[static_cast<std::size_t>(place)].apply(tokens);
}

torch::Tensor PatchNetwork::mlp(int layer, int place, const torch::Tensor& x, bool training) {
  const torch::Tensor h = layers_.apply(layer, x);
  const torch::Tensor active =
      parts_.activation ? by_rows(parts_.activation, place, h, training) : torch::gelu(h);
  return layers_.apply(layer + 1, active);
}

std::vector<Place> PatchNetwork::places() const {
  std::vector<Place> places;
  places.reserve(activation_widths_.size());
  for (const int width : activation_widths_) places.push_back({width, false, false});
  return places;
}

std::vector<Place> PatchNetwork::normalization_places() const {
  return std::vector<Place>(static_cast<std::size_t>(norm_places_), {shape_.width, false, false});
}

std::vector<Parameter> PatchNetwork::parameters() const {
  std::vector<Parameter> all = layers_.parameters();
  for (const LayerNorm& norm : norms_) {
    for (const Parameter& parameter : norm.parameters()) all.push_back(parameter);
  }
  all.insert(all.end(), extra_.begin(), extra_.end());
  return all;
}

Vit::Vit(const VitShape& shape, Parts parts, Rng rng)
    : PatchNetwork(shape.patches, std::move(parts),
                   2 * shape.patches.depth + static_cast<int>(shape.norm_first), rng.split(0)),
      heads_(shape.heads),
      norm_first_(shape.norm_first) {
  const int width = shape_.width;
  if (shape.heads < 1 || width % shape.heads != 0)
    throw std::invalid_argument("the heads of a vision transformer must divide its width");
  for (int k = 0; k < shape_.depth; ++k) {
    layers_.add_linear(width, 3 * width);
    layers_.add_linear(width, width);
    layers_.add_linear(width, shape.ratio * width);
    layers_.add_linear(shape.ratio * width, width);
    activation_widths_.push_back(shape.ratio * width);
  }
  layers_.add_linear(width, shape_.classes);

  positions_ = torch::empty({1, shape_.tokens(), width});
  Rng start = rng.split(1);
  for (std::int64_t i = 0; i < positions_.numel(); ++i)
    positions_.data_ptr<float>()[i] = static_cast<float>(start.normal(0, position_deviation));
  positions_.set_requires_grad(true);
  extra_.push_back({positions_, false});
}

torch::Tensor Vit::attention(int layer, const torch::Tensor& tokens) {
  const std::int64_t samples = tokens.size(0);
  const std::int64_t per_head = shape_.width / heads_;
  const torch::Tensor all = layers_.apply(layer, tokens)
                                .reshape({samples, shape_.tokens(), 3, heads_, per_head})
                                .permute({2, 0, 3, 1, 4});
  const torch::Tensor scores =
      torch::matmul(all[0] / std::sqrt(static_cast<double>(per_head)), all[1].transpose(2, 3));
  const torch::Tensor mixed = torch::matmul(torch::softmax(scores, -1), all[2]);
  return layers_.apply(layer + 1, mixed.transpose(1, 2).reshape(tokens.sizes()));
}

torch::Tensor Vit::forward(const torch::Tensor& x, bool training) {
  torch::Tensor h = embedded(x) + positions_;
  for (int k = 0; k < shape_.depth; ++k) {
    const int layer = 1 + 4 * k;
    if (norm_first_) {
      h = h + attention(layer, normalized(2 * k, h, training));
      h = h + mlp(layer + 2, k, normalized(2 * k + 1, h, training), training);
    } else {
      h = normalized(2 * k, h + attention(layer, h), training);
      h = normalized(2 * k + 1, h + mlp(layer + 2, k, h, training), training);
    }
  }
  if (norm_first_) h = normalized(2 * shape_.depth, h, training);
  return layers_.apply(1 + 4 * shape_.depth, h.mean(1));
}

Mixer::Mixer(const PatchShape& shape, Parts parts, Rng rng)
    : PatchNetwork(shape, std::move(parts), 2 * shape.depth + 1, rng) {
  for (int k = 0; k < shape.depth; ++k) {
    for (const int inputs : {shape.tokens(), shape.width}) {
      layers_.add_linear(inputs, mixer_ratio * inputs);
      layers_.add_linear(mixer_ratio * inputs, inputs);
      activation_widths_.push_back(mixer_ratio * inputs);
    }
  }
  layers_.add_linear(shape.width, shape.classes);
}

torch::Tensor Mixer::forward(const torch::Tensor& x, bool training) {
  torch::Tensor h = embedded(x);
  for (int k = 0; k < shape_.depth; ++k) {
    const int layer = 1 + 4 * k;
    const torch::Tensor features = normalized(2 * k, h, training).transpose(1, 2);
    h = h + mlp(layer, 2 * k, features, training).transpose(1, 2);
    h = h + mlp(layer + 2, 2 * k + 1, normalized(2 * k + 1, h, training), training);
  }
  return layers_.apply(1 + 4 * shape_.depth, normalized(2 * shape_.depth, h, training).mean(1));
}

}  // namespace mls::nn
