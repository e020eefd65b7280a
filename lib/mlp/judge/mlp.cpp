#include "lib/mlp/judge/mlp.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mls::mlp {
namespace {

/// out += scale * x, elementwise.
template <typename Scalar>
void accumulate(Scalar scale, const Scalar* x, Scalar* out, int length) {
  for (int j = 0; j < length; ++j) out[j] += scale * x[j];
}

/// Sums in double: for float networks the normaliser is exact to single precision.
template <typename Scalar>
void softmax(Scalar* row, int length) {
  const Scalar top = *std::max_element(row, row + length);
  double sum = 0;
  for (int j = 0; j < length; ++j) {
    const double e = std::exp(static_cast<double>(row[j] - top));
    row[j] = static_cast<Scalar>(e);
    sum += e;
  }
  for (int j = 0; j < length; ++j) row[j] = static_cast<Scalar>(static_cast<double>(row[j]) / sum);
}

/// Pointers into a flat vector laid out as Shape says.
template <typename Scalar>
struct Layers {
  Scalar* w1;
  Scalar* b1;
  Scalar* w2;
  Scalar* b2;
  Layers(const Shape& s, Scalar* flat)
      : w1(flat), b1(w1 + s.inputs * s.hidden), w2(b1 + s.hidden), b2(w2 + s.hidden * s.outputs) {}
};

template <typename Scalar>
int rows_of(std::span<const Scalar> x, const Shape& shape) {
  return static_cast<int>(x.size()) / shape.inputs;
}

}  // namespace

template <typename Scalar>
Network<Scalar>::Network(Shape shape, Rng& rng) : shape_(shape), parameters_(shape.parameters()) {
  const Layers<Scalar> at(shape_, parameters_.data());
  const double first = std::sqrt(2.0 / shape_.inputs);
  const double second = std::sqrt(2.0 / shape_.hidden);
  for (Scalar* w = at.w1; w != at.b1; ++w) *w = static_cast<Scalar>(rng.normal(0, first));
  for (Scalar* w = at.w2; w != at.b2; ++w) *w = static_cast<Scalar>(rng.normal(0, second));
}

template <typename Scalar>
void Network<Scalar>::hidden_layer(std::span<const Scalar> x, std::vector<Scalar>& h) const {
  const Layers<const Scalar> at(shape_, parameters_.data());
  const int rows = rows_of(x, shape_);
  h.resize(static_cast<std::size_t>(rows) * shape_.hidden);
  for (int r = 0; r < rows; ++r) {
    Scalar* out = h.data() + r * shape_.hidden;
    std::copy(at.b1, at.b1 + shape_.hidden, out);
    const Scalar* in = x.data() + r * shape_.inputs;
    for (int i = 0; i < shape_.inputs; ++i) accumulate(in[i], at.w1 + i * shape_.hidden, out, shape_.hidden);
    for (int j = 0; j < shape_.hidden; ++j) out[j] = std::max(out[j], Scalar{0});
  }
}

template <typename Scalar>
void Network<Scalar>::output_layer(const std::vector<Scalar>& h, std::vector<Scalar>& prob) const {
  const Layers<const Scalar> at(shape_, parameters_.data());
  const int rows = static_cast<int>(h.size()) / shape_.hidden;
  prob.resize(static_cast<std::size_t>(rows) * shape_.outputs);
  for (int r = 0; r < rows; ++r) {
    Scalar* out = prob.data() + r * shape_.outputs;
    std::copy(at.b2, at.b2 + shape_.outputs, out);
    const Scalar* in = h.data() + r * shape_.hidden;
    for (int j = 0; j < shape_.hidden; ++j) {
      if (in[j] != 0) accumulate(in[j], at.w2 + j * shape_.outputs, out, shape_.outputs);
    }
    softmax(out, shape_.outputs);
  }
}

template <typename Scalar>
std::vector<Scalar> Network<Scalar>::predict(std::span<const Scalar> x) const {
  std::vector<Scalar> h;
  std::vector<Scalar> prob;
  hidden_layer(x, h);
  output_layer(h, prob);
  return prob;
}

template <typename Scalar>
Scalar Network<Scalar>::gradient(std::span<const Scalar> x, std::span<const int> label,
                                 std::span<Scalar> out) const {
  std::vector<Scalar> h;
  std::vector<Scalar> delta;  // probabilities, then d loss / d logits
  hidden_layer(x, h);
  output_layer(h, delta);
  const int rows = rows_of(x, shape_);
  const int hidden = shape_.hidden;
  const int outputs = shape_.outputs;

  double loss = 0;
  for (int r = 0; r < rows; ++r) {
    Scalar* row = delta.data() + r * outputs;
    loss -= std::log(std::max(static_cast<double>(row[label[r]]), 1e-30));
    row[label[r]] -= 1;
    for (int k = 0; k < outputs; ++k) row[k] /= static_cast<Scalar>(rows);
  }

  const Layers<const Scalar> at(shape_, parameters_.data());
  std::vector<Scalar> w2_transposed(static_cast<std::size_t>(outputs) * hidden);
  for (int j = 0; j < hidden; ++j) {
    for (int k = 0; k < outputs; ++k) w2_transposed[k * hidden + j] = at.w2[j * outputs + k];
  }

  std::ranges::fill(out, Scalar{0});
  const Layers<Scalar> to(shape_, out.data());
  std::vector<Scalar> back(hidden);  // d loss / d hidden of one row
  for (int r = 0; r < rows; ++r) {
    const Scalar* d = delta.data() + r * outputs;
    const Scalar* active = h.data() + r * hidden;
    accumulate(Scalar{1}, d, to.b2, outputs);
    std::ranges::fill(back, Scalar{0});
    for (int k = 0; k < outputs; ++k)
      accumulate(d[k], w2_transposed.data() + k * hidden, back.data(), hidden);
    for (int j = 0; j < hidden; ++j) {
      if (active[j] != 0) accumulate(active[j], d, to.w2 + j * outputs, outputs);
      back[j] = active[j] > 0 ? back[j] : Scalar{0};
    }
    accumulate(Scalar{1}, back.data(), to.b1, hidden);
    const Scalar* in = x.data() + r * shape_.inputs;
    for (int i = 0; i < shape_.inputs; ++i) accumulate(in[i], back.data(), to.w1 + i * hidden, hidden);
  }
  return static_cast<Scalar>(loss / rows);
}

template <typename Scalar>
void Adam<Scalar>::step(std::span<Scalar> parameters, std::span<const Scalar> gradient, Scalar rate) {
  constexpr Scalar keep_first = Scalar(0.9);
  constexpr Scalar keep_second = Scalar(0.999);
  constexpr Scalar epsilon = Scalar(1e-8);
  ++steps_;
  const auto first_scale = static_cast<Scalar>(1 / (1 - std::pow(0.9, steps_)));
  const auto second_scale = static_cast<Scalar>(1 / (1 - std::pow(0.999, steps_)));
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    first_[i] = keep_first * first_[i] + (1 - keep_first) * gradient[i];
    second_[i] = keep_second * second_[i] + (1 - keep_second) * gradient[i] * gradient[i];
    parameters[i] -= rate * first_[i] * first_scale / (std::sqrt(second_[i] * second_scale) + epsilon);
  }
}

template class Network<float>;
template class Network<double>;
template class Adam<float>;
template class Adam<double>;

Network<float> train_classifier(const tabular::Dataset& data, const TrainOptions& options, Rng& rng) {
  Network<float> network({data.x.columns, options.hidden, data.classes}, rng);
  Adam<float> adam(network.shape().parameters());
  std::vector<float> gradient(network.parameters().size());
  std::vector<float> x;
  std::vector<int> label;
  for (int epoch = 0; epoch < options.epochs; ++epoch) {
    const std::vector<int> order = rng.permutation(data.rows());
    for (int start = 0; start < data.rows(); start += options.batch) {
      x.clear();
      label.clear();
      for (int i = start; i < std::min(start + options.batch, data.rows()); ++i) {
        for (const double value : data.x.row(order[i])) x.push_back(static_cast<float>(value));
        label.push_back(data.y[order[i]]);
      }
      network.gradient(x, label, gradient);
      adam.step(network.parameters(), gradient, static_cast<float>(options.rate));
    }
  }
  return network;
}

std::vector<double> predict(const Network<float>& network, const tabular::Matrix& x) {
  const std::vector<float> input(x.values.begin(), x.values.end());
  const std::vector<float> prob = network.predict(input);
  return {prob.begin(), prob.end()};
}

}  // namespace mls::mlp
