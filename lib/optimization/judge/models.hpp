// Losses of small models as finite sums over one flat parameter vector, in double precision.
#pragma once

#include <string>
#include <vector>

#include "core/rng.hpp"
#include "lib/optimization/judge/finite_sum.hpp"

namespace mls::optimization {

/// f_i(x) = (a_i'x - b_i)^2 / 2 + (l2/2) |x|^2.
class RidgeSum final : public ConvexSum {
 public:
  RidgeSum(Rows samples, Vector targets, double l2);
  [[nodiscard]] int dim() const override { return static_cast<int>(samples_.cols()); }
  [[nodiscard]] int count() const override { return static_cast<int>(samples_.rows()); }
  [[nodiscard]] double value(const Vector& x, Range range) const override;
  void gradient(const Vector& x, Range range, Vector& out) const override;
  void hessian(const Vector& x, Matrix& out) const override;
  [[nodiscard]] Constants constants() const override;

 private:
  Rows samples_;
  Vector targets_;
  double l2_;
  mutable Vector residual_;
};

/// f_i(x) = log(1 + exp(-y_i a_i'x)) + (l2/2) |x|^2 with y_i = +1 or -1.
class LogisticSum final : public ConvexSum {
 public:
  LogisticSum(Rows samples, Vector signs, double l2);
  [[nodiscard]] int dim() const override { return static_cast<int>(samples_.cols()); }
  [[nodiscard]] int count() const override { return static_cast<int>(samples_.rows()); }
  [[nodiscard]] double value(const Vector& x, Range range) const override;
  void gradient(const Vector& x, Range range, Vector& out) const override;
  void hessian(const Vector& x, Matrix& out) const override;
  [[nodiscard]] Constants constants() const override;

 private:
  Rows samples_;  // each multiplied by its sign
  double l2_;
  mutable Vector margin_;
};

/// Softmax cross-entropy of a linear model without intercept, plus (l2/2) |x|^2. Parameters: classes x
/// inputs, row-major.
class SoftmaxSum final : public FiniteSum {
 public:
  SoftmaxSum(Rows samples, std::vector<int> labels, int classes, double l2);
  [[nodiscard]] int dim() const override { return classes_ * static_cast<int>(samples_.cols()); }
  [[nodiscard]] int count() const override { return static_cast<int>(samples_.rows()); }
  [[nodiscard]] double value(const Vector& x, Range range) const override;
  void gradient(const Vector& x, Range range, Vector& out) const override;

 private:
  Rows samples_;
  std::vector<int> labels_;
  int classes_;
  double l2_;
  mutable Rows outputs_;
};

/// Where a layer's parameters lie in the flat vector.
struct ParameterBlock {
  std::string name;
  int rows = 0;
  int cols = 0;
  int offset = 0;
};

/// Softmax cross-entropy of inputs - hidden (tanh) - classes, plus (l2/2) |x|^2 over all parameters. Layout,
/// row-major: W1 (hidden x inputs), b1, W2 (classes x hidden), b2.
class MlpSum final : public FiniteSum {
 public:
  MlpSum(Rows samples, std::vector<int> labels, int hidden, int classes, double l2);
  [[nodiscard]] int dim() const override { return layout_.back().offset + layout_.back().rows; }
  [[nodiscard]] int count() const override { return static_cast<int>(samples_.rows()); }
  [[nodiscard]] double value(const Vector& x, Range range) const override;
  void gradient(const Vector& x, Range range, Vector& out) const override;
  [[nodiscard]] const std::vector<ParameterBlock>& layout() const { return layout_; }
  /// Weights N(0, 1/fan-in), intercepts zero.
  [[nodiscard]] Vector random_start(Rng& rng) const;

 private:
  void forward(const Vector& x, Range range) const;

  Rows samples_;
  std::vector<int> labels_;
  int hidden_;
  int classes_;
  double l2_;
  std::vector<ParameterBlock> layout_;
  mutable Rows activations_;
  mutable Rows outputs_;
  mutable Rows deltas_;
};

}  // namespace mls::optimization
