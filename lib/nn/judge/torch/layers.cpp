#include "lib/nn/judge/torch/layers.hpp"

#include <cmath>
#include <span>

namespace mls::nn {
namespace {

void fill_normal(std::span<float> values, double deviation, Rng& rng) {
  for (float& value : values) value = static_cast<float>(rng.normal(0, deviation));
}

/// Orthonormal vectors of `length` by the modified Gram-Schmidt process, `count` of them; count <= length.
std::vector<std::vector<double>> orthonormal(std::size_t count, std::size_t length, Rng& rng) {
  std::vector<std::vector<double>> vectors;
  while (vectors.size() < count) {
    std::vector<double> next(length);
    for (double& value : next) value = rng.normal();
    for (const std::vector<double>& earlier : vectors) {
      double dot = 0;
      for (std::size_t i = 0; i < length; ++i) dot += earlier[i] * next[i];
      for (std::size_t i = 0; i < length; ++i) next[i] -= dot * earlier[i];
    }
    double squares = 0;
    for (const double value : next) squares += value * value;
    const double norm = std::sqrt(squares);
    if (norm < 1e-6) continue;
    for (double& value : next) value /= norm;
    vectors.push_back(std::move(next));
  }
  return vectors;
}

/// A matrix rows x columns.
void fill_orthogonal(std::span<float> values, std::size_t rows, Rng& rng) {
  const std::size_t columns = values.size() / rows;
  const bool wide = rows <= columns;
  const auto vectors = wide ? orthonormal(rows, columns, rng) : orthonormal(columns, rows, rng);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c)
      values[r * columns + c] = static_cast<float>(wide ? vectors[r][c] : vectors[c][r]);
  }
}

void fill_unit_rows(std::span<float> values, std::size_t rows, Rng& rng) {
  const std::size_t columns = values.size() / rows;
  for (std::size_t r = 0; r < rows; ++r) fill_orthogonal(values.subspan(r * columns, columns), 1, rng);
}

torch::Tensor leaf(const torch::Tensor& tensor) { return tensor.set_requires_grad(true); }

}  // namespace

int WeightLayers::add(Layer layer, const std::vector<std::int64_t>& weight_shape) {
  layer.weight = torch::empty(weight_shape, torch::kFloat);
  const std::span<float> values(layer.weight.data_ptr<float>(),
                                static_cast<std::size_t>(layer.weight.numel()));
  const auto rows = static_cast<std::size_t>(layer.shape.out);
  if (start_ == Start::he) {
    fill_normal(values, std::sqrt(2.0 * static_cast<double>(rows) / static_cast<double>(values.size())),
                rng_);
  } else if (layer.shape.groups > 1) {
    fill_unit_rows(values, rows, rng_);
  } else {
    fill_orthogonal(values, rows, rng_);
  }
  parameters_.push_back({leaf(layer.weight), true});
  if (layer.shape.bias) {
    layer.bias = torch::zeros({layer.shape.out}, torch::kFloat);
    parameters_.push_back({leaf(layer.bias), false});
  }
  layers_.push_back(std::move(layer));
  return static_cast<int>(layers_.size()) - 1;
}

int WeightLayers::add_convolution(const ConvolutionShape& shape) {
  return add({{}, {}, shape, false}, {shape.out, shape.in / shape.groups, shape.kernel, shape.kernel});
}

int WeightLayers::add_linear(int in, int out) {
  return add({{}, {}, {.in = in, .out = out}, true}, {out, in});
}

torch::Tensor WeightLayers::output(const Layer& layer, const torch::Tensor& x) {
  if (layer.linear) return torch::linear(x, layer.weight, layer.bias);
  return torch::conv2d(x, layer.weight, layer.bias, layer.shape.stride, layer.shape.kernel / 2, 1,
                       layer.shape.groups);
}

torch::Tensor WeightLayers::apply(int layer_number, const torch::Tensor& x) {
  const Layer& layer = layers_.at(static_cast<std::size_t>(layer_number));
  torch::Tensor y = output(layer, x);
  if (!scaling_) return y;
  const torch::NoGradGuard no_graph;
  const double deviation = y.to(torch::kDouble).std(false).item<double>();
  if (!(deviation > 1e-12)) return y;
  layer.weight.div_(deviation);
  return output(layer, x);
}

BatchNorm::BatchNorm(int channels)
    : gain_(leaf(torch::ones({channels}))),
      shift_(leaf(torch::zeros({channels}))),
      mean_(torch::zeros({channels})),
      variance_(torch::ones({channels})) {}

torch::Tensor BatchNorm::apply(const torch::Tensor& x, bool training) const {
  return torch::batch_norm(x, gain_, shift_, mean_, variance_, training, 0.1, 1e-5, false);
}

torch::Tensor to_rows(const torch::Tensor& x) {
  return x.dim() == 2 ? x : x.permute({0, 2, 3, 1}).reshape({-1, x.size(1)});
}

torch::Tensor from_rows(const torch::Tensor& rows, const torch::Tensor& like) {
  if (like.dim() == 2) return rows;
  return rows.reshape({like.size(0), like.size(2), like.size(3), like.size(1)}).permute({0, 3, 1, 2});
}

}  // namespace mls::nn
