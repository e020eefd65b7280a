#include "lib/rl/judge/net/mlp.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <utility>

namespace mls::rl {
namespace {

using Weights = Eigen::Map<Matrix>;
using ConstWeights = Eigen::Map<const Matrix>;
using Biases = Eigen::Map<Eigen::VectorXf>;
using ConstBiases = Eigen::Map<const Eigen::VectorXf>;

std::size_t layer_size(int in, int out) {
  return static_cast<std::size_t>(in + 1) * static_cast<std::size_t>(out);
}

/// Entries of a column from the first to the last that is not zero.
struct Extent {
  Eigen::Index first = 0;
  Eigen::Index count = 0;
};

std::vector<Extent> extents(const Matrix& columns) {
  std::vector<Extent> out(static_cast<std::size_t>(columns.cols()));
  for (Eigen::Index j = 0; j < columns.cols(); ++j) {
    Eigen::Index first = 0;
    Eigen::Index last = columns.rows();
    while (first < last && columns(first, j) == 0) ++first;
    while (last > first && columns(last - 1, j) == 0) --last;
    out[static_cast<std::size_t>(j)] = {.first = first, .count = last - first};
  }
  return out;
}

bool mostly_zero(std::span<const Extent> extents, const Matrix& columns) {
  Eigen::Index sum = 0;
  for (const Extent& e : extents) sum += e.count;
  return 3 * sum < columns.size();
}

}  // namespace

Mlp::Mlp(std::vector<int> sizes, Rng& rng) : sizes_(std::move(sizes)) {
  if (sizes_.size() < 2 || std::ranges::any_of(sizes_, [](int n) { return n < 1; })) {
    throw std::invalid_argument("a network needs at least two layer sizes, all positive");
  }
  std::size_t total = 0;
  for (std::size_t l = 0; l < depth(); ++l) {
    offsets_.push_back(total);
    total += layer_size(sizes_[l], sizes_[l + 1]);
  }
  parameters_.setZero(static_cast<Eigen::Index>(total));
  for (std::size_t l = 0; l < depth(); ++l) {
    const double bound = std::sqrt(3.0 / sizes_[l]);
    const std::size_t weights = static_cast<std::size_t>(sizes_[l]) * static_cast<std::size_t>(sizes_[l + 1]);
    for (std::size_t i = 0; i < weights; ++i) {
      parameters_[static_cast<Eigen::Index>(offsets_[l] + i)] =
          static_cast<float>(rng.uniform(-bound, bound));
    }
  }
}

void Mlp::assign(std::span<const float> values) {
  if (values.size() != size()) throw std::invalid_argument("as many values as parameters are needed");
  std::ranges::copy(values, parameters_.data());
}

void Mlp::forward(const Eigen::Ref<const Matrix>& x, Activations& activations, Eigen::Ref<Matrix> y) const {
  activations.layers.resize(depth());
  activations.layers[0] = x;
  for (std::size_t l = 0; l < depth(); ++l) {
    const float* at = parameters_.data() + offsets_[l];
    const ConstWeights w(at, sizes_[l + 1], sizes_[l]);
    const ConstBiases b(at + w.size(), sizes_[l + 1]);
    const Matrix& in = activations.layers[l];
    if (l + 1 == depth()) {
      y.noalias() = w * in;
      y.colwise() += b;
    } else {
      Matrix& out = activations.layers[l + 1];
      out.noalias() = w * in;
      out = (out.colwise() + b).cwiseMax(0.0F);
    }
  }
}

void Mlp::backward(const Activations& activations, const Eigen::Ref<const Matrix>& dy,
                   std::span<float> gradient) const {
  Matrix dout = dy;
  for (std::size_t l = depth(); l-- > 0;) {
    const float* at = parameters_.data() + offsets_[l];
    const ConstWeights w(at, sizes_[l + 1], sizes_[l]);
    Weights dw(gradient.data() + offsets_[l], sizes_[l + 1], sizes_[l]);
    Biases db(dw.data() + dw.size(), sizes_[l + 1]);
    const Matrix& in = activations.layers[l];
    db = dout.rowwise().sum();
    Matrix din(sizes_[l], dout.cols());
    // Losses of action values touch the outputs of one action in each column: a small part of a large head.
    const std::vector<Extent> used = l + 1 == depth() ? extents(dout) : std::vector<Extent>{};
    if (!used.empty() && mostly_zero(used, dout)) {
      dw.setZero();
      for (Eigen::Index j = 0; j < dout.cols(); ++j) {
        const auto [first, count] = used[static_cast<std::size_t>(j)];
        const auto d = dout.col(j).segment(first, count);
        dw.middleRows(first, count).noalias() += d * in.col(j).transpose();
        din.col(j).noalias() = w.middleRows(first, count).transpose() * d;
      }
    } else {
      dw.noalias() = dout * in.transpose();
      if (l > 0) din.noalias() = w.transpose() * dout;
    }
    if (l == 0) break;
    dout = (in.array() > 0).select(din, 0.0F);
  }
}

Adam::Adam(std::size_t parameters, float rate, float epsilon)
    : first_(Eigen::ArrayXf::Zero(static_cast<Eigen::Index>(parameters))),
      second_(first_),
      rate_(rate),
      epsilon_(epsilon) {}

void Adam::step(std::span<float> parameters, std::span<const float> gradient) {
  constexpr float beta1 = 0.9F;
  constexpr float beta2 = 0.999F;
  decay1_ *= beta1;
  decay2_ *= beta2;
  Eigen::Map<Eigen::ArrayXf> w(parameters.data(), first_.size());
  const Eigen::Map<const Eigen::ArrayXf> g(gradient.data(), first_.size());
  first_ = beta1 * first_ + (1 - beta1) * g;
  second_ = beta2 * second_ + (1 - beta2) * g.square();
  const auto rate = static_cast<float>(rate_ / (1 - decay1_));
  const auto correction = static_cast<float>(1 / (1 - decay2_));
  w -= rate * first_ / ((second_ * correction).sqrt() + epsilon_);
}

double clip_norm(std::span<float> gradient, double limit) {
  Eigen::Map<Eigen::VectorXf> g(gradient.data(), static_cast<Eigen::Index>(gradient.size()));
  const double norm = static_cast<double>(g.norm());
  if (norm > limit) g *= static_cast<float>(limit / norm);
  return norm;
}

}  // namespace mls::rl
