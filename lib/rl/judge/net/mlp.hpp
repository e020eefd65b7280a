// Small dense networks on batches of columns: ReLU between layers, linear outputs, single precision. Forward
// and backward are written out; at these sizes they cost microseconds.
#pragma once

#include <span>
#include <vector>

#include <Eigen/Dense>

#include "core/rng.hpp"

namespace mls::rl {

/// A batch: every column is one sample.
using Matrix = Eigen::MatrixXf;

/// What a forward pass leaves for the backward pass: the input and the output of every hidden layer.
struct Activations {
  std::vector<Matrix> layers;
};

class Mlp {
 public:
  /// `sizes` = inputs, hidden layers ..., outputs; at least two, all positive (std::invalid_argument
  /// otherwise). Weights are uniform with variance 1 / fan-in (LeCun et al. 1998), biases zero.
  Mlp(std::vector<int> sizes, Rng& rng);

  [[nodiscard]] int inputs() const { return sizes_.front(); }
  [[nodiscard]] int outputs() const { return sizes_.back(); }
  /// Layer after layer, weights [out, in] column-major, then biases [out].
  [[nodiscard]] std::span<float> parameters() { return {parameters_.data(), size()}; }
  [[nodiscard]] std::span<const float> parameters() const { return {parameters_.data(), size()}; }
  /// As many values as there are parameters.
  void assign(std::span<const float> values);

  /// x [inputs, N] -> y [outputs, N], which must have this shape already (it may be a block of a larger
  /// matrix).
  void forward(const Eigen::Ref<const Matrix>& x, Activations& activations, Eigen::Ref<Matrix> y) const;
  /// Writes the gradient of the loss by the parameters, given its gradient by y for the batch of the last
  /// forward pass with these activations.
  void backward(const Activations& activations, const Eigen::Ref<const Matrix>& dy,
                std::span<float> gradient) const;

 private:
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(parameters_.size()); }
  [[nodiscard]] std::size_t depth() const { return sizes_.size() - 1; }

  std::vector<int> sizes_;
  std::vector<std::size_t> offsets_;  // of each layer's weights
  Eigen::VectorXf parameters_;  // Eigen's alignment: where memory lies must not decide the order of sums
};

/// Kingma & Ba 2015, beta .9 and .999.
class Adam {
 public:
  Adam(std::size_t parameters, float rate, float epsilon = 1e-8F);
  void step(std::span<float> parameters, std::span<const float> gradient);

 private:
  Eigen::ArrayXf first_;
  Eigen::ArrayXf second_;
  float rate_;
  float epsilon_;
  double decay1_ = 1;  // products of the betas
  double decay2_ = 1;
};

/// Scales the gradient down to Euclidean norm `limit` where it is longer; returns the norm before.
double clip_norm(std::span<float> gradient, double limit);

}  // namespace mls::rl
