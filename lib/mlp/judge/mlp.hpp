// A network with one hidden ReLU layer and softmax output, trained by Adam. Plain loops in a fixed order of
// summation: the same bits on every machine.
#pragma once

#include <span>
#include <vector>

#include "core/rng.hpp"
#include "lib/tabular/judge/dataset.hpp"

namespace mls::mlp {

struct Shape {
  int inputs = 0;
  int hidden = 0;
  int outputs = 0;
  /// Layout of the flat parameter vector: W1 [inputs, hidden], b1 [hidden], W2 [hidden, outputs], b2
  /// [outputs].
  [[nodiscard]] int parameters() const { return (inputs + 1) * hidden + (hidden + 1) * outputs; }
};

/// `Scalar` is float or double.
template <typename Scalar>
class Network {
 public:
  /// Weights normal with variance 2 / fan-in (He et al. 2015), biases zero.
  Network(Shape shape, Rng& rng);

  [[nodiscard]] const Shape& shape() const { return shape_; }
  [[nodiscard]] std::span<Scalar> parameters() { return parameters_; }
  [[nodiscard]] std::span<const Scalar> parameters() const { return parameters_; }

  /// Softmax outputs, row-major [rows, outputs]; x is row-major [rows, inputs].
  [[nodiscard]] std::vector<Scalar> predict(std::span<const Scalar> x) const;
  /// Mean cross-entropy over the rows; writes its gradient, laid out like the parameters.
  Scalar gradient(std::span<const Scalar> x, std::span<const int> label, std::span<Scalar> out) const;

 private:
  void hidden_layer(std::span<const Scalar> x, std::vector<Scalar>& h) const;
  void output_layer(const std::vector<Scalar>& h, std::vector<Scalar>& prob) const;

  Shape shape_;
  std::vector<Scalar> parameters_;
};

/// Kingma & Ba 2015 with beta 0.9 and 0.999, epsilon 1e-8.
template <typename Scalar>
class Adam {
 public:
  explicit Adam(int parameters) : first_(parameters), second_(parameters) {}
  void step(std::span<Scalar> parameters, std::span<const Scalar> gradient, Scalar rate);

 private:
  std::vector<Scalar> first_;
  std::vector<Scalar> second_;
  int steps_ = 0;
};

struct TrainOptions {
  int hidden = 128;
  int epochs = 100;
  int batch = 64;
  double rate = 1e-3;
};

/// Trains on rows reshuffled every epoch; single precision.
[[nodiscard]] Network<float> train_classifier(const tabular::Dataset& data, const TrainOptions& options,
                                              Rng& rng);

/// Class probabilities, row-major [rows, classes].
[[nodiscard]] std::vector<double> predict(const Network<float>& network, const tabular::Matrix& x);

}  // namespace mls::mlp
