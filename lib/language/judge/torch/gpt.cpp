#include "lib/language/judge/torch/gpt.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <Eigen/Dense>

namespace mls::language {
namespace {

constexpr double epsilon = 1e-5;
constexpr double deviation = 0.7;
constexpr double rotary_base = 1e4;

/// [B, T, d] -> [B, heads, T, d / heads].
torch::Tensor in_heads(const torch::Tensor& x, std::int64_t heads) {
  return x.reshape({x.size(0), x.size(1), heads, x.size(2) / heads}).transpose(1, 2);
}

/// 0 up to the diagonal, minus infinity above it: [T, T].
torch::Tensor causal_mask(std::int64_t length) {
  return at::triu(
      at::full({length, length}, -std::numeric_limits<float>::infinity(), at::dtype(torch::kFloat)), 1);
}

}  // namespace

torch::Tensor rms_norm(const torch::Tensor& x, const torch::Tensor& gain) {
  return x * at::rsqrt(at::mean(at::square(x), {-1}, true) + epsilon) * gain;
}

torch::Tensor rotated(const torch::Tensor& x) {
  const std::int64_t length = x.size(2);
  const std::int64_t half = x.size(3) / 2;
  const torch::Tensor frequency =
      at::pow(rotary_base, at::arange(half, at::dtype(torch::kFloat)) * (-1.0 / static_cast<double>(half)));
  const torch::Tensor angle = at::outer(at::arange(length, at::dtype(torch::kFloat)), frequency);
  const torch::Tensor cosine = at::cos(angle);
  const torch::Tensor sine = at::sin(angle);
  const torch::Tensor first = x.narrow(3, 0, half);
  const torch::Tensor second = x.narrow(3, half, half);
  return at::cat({first * cosine - second * sine, first * sine + second * cosine}, 3);
}

Gpt::Gpt(const GptSpec& spec, Rng& rng, Attention attention) : spec_(spec), attention_(std::move(attention)) {
  if (spec.vocabulary < 1 || spec.layers < 0 || spec.heads < 1 || spec.width % (2 * spec.heads) != 0)
    throw std::invalid_argument(
        "Gpt: the width must be a multiple of twice the heads, the vocabulary positive");
  declare_parameters();
  draw(rng);
}

void Gpt::declare_parameters() {
  const auto declare = [&](Shape shape, const char* role, std::int64_t layer, std::int64_t fan_in) {
    parameters_.push_back(
        {.shape = std::move(shape), .role = role, .layer = layer, .fan_in = fan_in, .value = {}});
  };
  const std::int64_t d = spec_.width;
  declare({spec_.vocabulary, d}, "embedding", -1, 1);
  if (spec_.positions > 0) declare({spec_.positions, d}, "embedding", -1, 1);
  for (std::int64_t layer = 0; layer < spec_.layers; ++layer) {
    declare({d}, "vector", layer, 1);
    if (!attention_)
      for (int k = 0; k < 4; ++k) declare({d, d}, "matrix", layer, d);
    declare({d}, "vector", layer, 1);
    declare({4 * d, d}, "matrix", layer, d);
    declare({d, 4 * d}, "matrix", layer, 4 * d);
  }
  declare({d}, "vector", -1, 1);
  declare({spec_.vocabulary, d}, "head", -1, d);

  std::size_t total = 0;
  const auto size = [](const Shape& shape) {
    std::int64_t product = 1;
    for (const std::int64_t extent : shape) product *= extent;
    return static_cast<std::size_t>(product);
  };
  for (const GptParameter& parameter : parameters_) total += size(parameter.shape);
  values_.resize(total);
  gradients_.resize(total);
  std::size_t at = 0;
  for (GptParameter& parameter : parameters_) {
    parameter.value =
        torch::from_blob(values_.data() + at, parameter.shape, torch::kFloat).set_requires_grad(true);
    parameter.value.mutable_grad() = torch::from_blob(gradients_.data() + at, parameter.shape, torch::kFloat);
    at += size(parameter.shape);
  }

  auto next = parameters_.begin();
  const auto take = [&] { return (next++)->value; };
  embedding_ = take();
  if (spec_.positions > 0) positions_ = take();
  for (std::int64_t layer = 0; layer < spec_.layers; ++layer) {
    Block& block = blocks_.emplace_back();
    block.norm1 = take();
    if (!attention_) {
      block.queries = take();
      block.keys = take();
      block.values = take();
      block.output = take();
    }
    block.norm2 = take();
    block.up = take();
    block.down = take();
  }
  norm_ = take();
  head_ = take();
}

void Gpt::draw(Rng& rng) {
  for (const GptParameter& parameter : parameters_) {
    const std::span<float> values{parameter.value.data_ptr<float>(),
                                  static_cast<std::size_t>(parameter.value.numel())};
    const double spread = parameter.role == "matrix" || parameter.role == "embedding"
                              ? deviation / std::sqrt(static_cast<double>(parameter.fan_in))
                              : 0;
    const double mean = parameter.role == "vector" ? 1 : 0;
    for (float& value : values) value = static_cast<float>(spread > 0 ? rng.normal(mean, spread) : mean);
  }
}

void Gpt::zero_gradients() { std::ranges::fill(gradients_, 0.0F); }

torch::Tensor Gpt::own_attention(const Block& block, const torch::Tensor& x) const {
  const std::int64_t d = spec_.width;
  const torch::Tensor all = at::linear(x, at::cat({block.queries, block.keys, block.values}));
  const torch::Tensor q = rotated(in_heads(all.narrow(2, 0, d), spec_.heads));
  const torch::Tensor k = rotated(in_heads(all.narrow(2, d, d), spec_.heads));
  const torch::Tensor v = in_heads(all.narrow(2, 2 * d, d), spec_.heads);
  const double scale = 1 / std::sqrt(static_cast<double>(d / spec_.heads));
  const torch::Tensor scores = at::matmul(q * scale, k.transpose(2, 3)) + causal_mask(x.size(1));
  const torch::Tensor mixed = at::matmul(at::softmax(scores, -1), v);
  return at::linear(mixed.transpose(1, 2).reshape(x.sizes()), block.output);
}

torch::Tensor Gpt::logits(const torch::Tensor& tokens) const {
  torch::Tensor x = at::embedding(embedding_, tokens);
  if (spec_.positions > 0) {
    const std::int64_t length = tokens.size(1);
    const std::int64_t known = std::min(length, spec_.positions);
    x = x + at::constant_pad_nd(positions_.narrow(0, 0, known), {0, 0, 0, length - known});
  }
  for (std::size_t layer = 0; layer < blocks_.size(); ++layer) {
    const Block& block = blocks_[layer];
    const torch::Tensor normed = rms_norm(x, block.norm1);
    x = x +
        (attention_ ? attention_(static_cast<std::int64_t>(layer), normed) : own_attention(block, normed));
    x = x + at::linear(at::gelu(at::linear(rms_norm(x, block.norm2), block.up)), block.down);
  }
  return at::linear(rms_norm(x, norm_), head_);
}

namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Columns orthonormal; rows >= columns.
Eigen::MatrixXf orthonormal(Eigen::Index rows, Eigen::Index columns, Rng& rng) {
  Eigen::MatrixXf gaussian(rows, columns);
  for (float& value : gaussian.reshaped()) value = static_cast<float>(rng.normal());
  const Eigen::HouseholderQR<Eigen::MatrixXf> decomposition(gaussian);
  return decomposition.householderQ() * Eigen::MatrixXf::Identity(rows, columns);
}

Eigen::VectorXf log_spaced(Eigen::Index count, double condition) {
  Eigen::VectorXf values(count);
  for (Eigen::Index i = 0; i < count; ++i) {
    const double part = count > 1 ? static_cast<double>(i) / static_cast<double>(count - 1) : 0;
    values(i) = static_cast<float>(std::pow(condition, -part));
  }
  return values;
}

}  // namespace

void make_ill_conditioned(Gpt& model, double condition, double scale, Rng& rng) {
  for (const GptParameter& parameter : model.parameters()) {
    if (parameter.role != "matrix") continue;
    const Eigen::Index rows = parameter.shape[0];
    const Eigen::Index columns = parameter.shape[1];
    const Eigen::Index rank = std::min(rows, columns);
    const Eigen::VectorXf singular = log_spaced(rank, condition);
    const double norm =
        deviation * std::sqrt(static_cast<double>(rows * columns) / static_cast<double>(parameter.fan_in));
    const double size = norm / singular.norm() * std::exp(rng.uniform(-1, 1) * std::log(scale));
    const Eigen::MatrixXf left = orthonormal(rows, rank, rng);
    const Eigen::MatrixXf right = orthonormal(columns, rank, rng);
    Eigen::Map<Matrix>(parameter.value.data_ptr<float>(), rows, columns) =
        static_cast<float>(size) * left * singular.asDiagonal() * right.transpose();
  }
}

torch::Tensor mean_loss(const torch::Tensor& logits, const torch::Tensor& next) {
  return at::nll_loss(at::log_softmax(logits.reshape({-1, logits.size(-1)}), -1), next.reshape({-1}));
}

torch::Tensor tokens_of(const Windows& windows) {
  // from_blob wants what it could write to; nothing does.
  return torch::from_blob(const_cast<std::int64_t*>(windows.tokens.data()), {windows.count, windows.length},
                          torch::kLong);
}

torch::Tensor next_of(const Windows& windows) {
  return torch::from_blob(const_cast<std::int64_t*>(windows.next.data()), {windows.count, windows.length},
                          torch::kLong);
}

}  // namespace mls::language
