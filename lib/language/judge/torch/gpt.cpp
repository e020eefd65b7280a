#include "lib/language/judge/torch/gpt.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <Eigen/Dense>

namespace mls::language {
namespace {

constexpr float epsilon = 1e-5F;
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

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Rows = Eigen::Map<Eigen::Array<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;

/// The tensor's last axis as columns; it must be contiguous.
Rows rows_of(const torch::Tensor& x) { return {x.data_ptr<float>(), x.numel() / x.size(-1), x.size(-1)}; }

/// One node of the graph in place of a dozen: at these sizes nodes cost more than arithmetic.
struct RmsNorm : torch::autograd::Function<RmsNorm> {
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& input,
                               const torch::Tensor& gain) {
    const torch::Tensor x = input.contiguous();
    const torch::Tensor y = at::empty_like(x);
    const torch::Tensor inverse = at::empty({x.numel() / x.size(-1)}, x.options());
    const Eigen::Map<const Eigen::ArrayXf> gains(gain.data_ptr<float>(), gain.numel());
    const Rows in = rows_of(x);
    Rows out = rows_of(y);
    float* const scales = inverse.data_ptr<float>();
    for (Eigen::Index i = 0; i < in.rows(); ++i) {
      scales[i] = 1 / std::sqrt(in.row(i).square().mean() + epsilon);
      out.row(i) = scales[i] * in.row(i) * gains.transpose();
    }
    context->save_for_backward({x, gain, inverse});
    return y;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const torch::Tensor of_y = gradients[0].contiguous();
    const torch::Tensor of_x = at::empty_like(saved[0]);
    const torch::Tensor of_gain = at::zeros_like(saved[1]);
    const Eigen::Map<const Eigen::ArrayXf> gains(saved[1].data_ptr<float>(), saved[1].numel());
    const float* const scales = saved[2].data_ptr<float>();
    Eigen::Map<Eigen::ArrayXf> gain_gradient(of_gain.data_ptr<float>(), of_gain.numel());
    const Rows x = rows_of(saved[0]);
    const Rows from = rows_of(of_y);
    Rows to = rows_of(of_x);
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      gain_gradient += (from.row(i) * x.row(i) * scales[i]).transpose();
      const Eigen::ArrayXf direct = from.row(i).transpose() * gains;
      const float along = (direct * x.row(i).transpose()).mean() * scales[i] * scales[i];
      to.row(i) = scales[i] * (direct.transpose() - along * x.row(i));
    }
    return {of_x, of_gain};
  }
};

/// Cosines, then sines of all positions' angles: [2, length, half].
std::vector<float> angles(std::int64_t length, std::int64_t half) {
  std::vector<float> table(static_cast<std::size_t>(2 * length * half));
  for (std::int64_t t = 0; t < length; ++t) {
    for (std::int64_t i = 0; i < half; ++i) {
      const double angle =
          static_cast<double>(t) * std::pow(rotary_base, -static_cast<double>(i) / static_cast<double>(half));
      table[static_cast<std::size_t>(t * half + i)] = static_cast<float>(std::cos(angle));
      table[static_cast<std::size_t>((length + t) * half + i)] = static_cast<float>(std::sin(angle));
    }
  }
  return table;
}

/// [..., length, 2 x half], turned forwards or backwards.
torch::Tensor turned(const torch::Tensor& input, float sign) {
  const torch::Tensor x = input.contiguous();
  const torch::Tensor y = at::empty_like(x);
  const std::int64_t length = x.size(-2);
  const std::int64_t half = x.size(-1) / 2;
  const std::vector<float> table = angles(length, half);
  const float* const cosines = table.data();
  const float* const sines = cosines + length * half;
  const float* from = x.data_ptr<float>();
  float* to = y.data_ptr<float>();
  for (std::int64_t row = 0; row < x.numel() / (2 * half); ++row, from += 2 * half, to += 2 * half) {
    const std::int64_t at = row % length * half;
    for (std::int64_t i = 0; i < half; ++i) {
      const float cosine = cosines[at + i];
      const float sine = sign * sines[at + i];
      to[i] = from[i] * cosine - from[half + i] * sine;
      to[half + i] = from[i] * sine + from[half + i] * cosine;
    }
  }
  return y;
}

struct Rotary : torch::autograd::Function<Rotary> {
  static torch::Tensor forward(torch::autograd::AutogradContext*, const torch::Tensor& x) {
    return turned(x, 1);
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext*,
                                                 const torch::autograd::variable_list& gradients) {
    return {turned(gradients[0], -1)};
  }
};

}  // namespace

torch::Tensor rms_norm(const torch::Tensor& x, const torch::Tensor& gain) { return RmsNorm::apply(x, gain); }

torch::Tensor rotated(const torch::Tensor& x) { return Rotary::apply(x); }

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
  const torch::Tensor turned_both = rotated(in_heads(all.narrow(2, 0, 2 * d), 2 * spec_.heads));
  const torch::Tensor q = turned_both.narrow(1, 0, spec_.heads);
  const torch::Tensor k = turned_both.narrow(1, spec_.heads, spec_.heads);
  const torch::Tensor v = in_heads(all.narrow(2, 2 * d, d), spec_.heads);
  const std::int64_t head_width = d / spec_.heads;
  const double scale = 1 / std::sqrt(static_cast<double>(head_width));
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
