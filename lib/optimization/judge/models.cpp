#include "lib/optimization/judge/models.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <stdexcept>
#include <utility>

namespace mls::optimization {
namespace {

/// log(1 + exp(-z)) without overflow.
double softplus_of_negative(double z) {
  return z > 0 ? std::log1p(std::exp(-z)) : std::log1p(std::exp(z)) - z;
}

double sigmoid(double z) { return z > 0 ? 1 / (1 + std::exp(-z)) : std::exp(z) / (1 + std::exp(z)); }

/// Turns rows of logits into probabilities and returns the summed cross-entropy.
double softmax_rows(Rows& outputs, std::span<const int> labels) {
  double loss = 0;
  for (Eigen::Index i = 0; i < outputs.rows(); ++i) {
    auto row = outputs.row(i);
    const double top = row.maxCoeff();
    const double at_label = row[labels[static_cast<std::size_t>(i)]];
    double total = 0;
    for (Eigen::Index k = 0; k < row.size(); ++k) total += row[k] = std::exp(row[k] - top);
    loss += std::log(total) + top - at_label;
    row /= total;
  }
  return loss;
}

/// Rows of probabilities minus one-hot labels.
void subtract_labels(Rows& outputs, std::span<const int> labels) {
  for (Eigen::Index i = 0; i < outputs.rows(); ++i) outputs(i, labels[static_cast<std::size_t>(i)]) -= 1;
}

std::span<const int> labels_of(const std::vector<int>& labels, Range range) {
  return std::span(labels).subspan(static_cast<std::size_t>(range.first),
                                   static_cast<std::size_t>(range.count));
}

void check_labels(const Rows& samples, const std::vector<int>& labels, int classes) {
  if (static_cast<std::size_t>(samples.rows()) != labels.size()) {
    throw std::invalid_argument("as many labels as samples are needed");
  }
  for (const int label : labels) {
    if (label < 0 || label >= classes) throw std::invalid_argument("a label lies outside 0 ... classes - 1");
  }
}

using ConstWeights = Eigen::Map<const Rows>;
using Weights = Eigen::Map<Rows>;

}  // namespace

RidgeSum::RidgeSum(Rows samples, Vector targets, double l2)
    : samples_(std::move(samples)), targets_(std::move(targets)), l2_(l2) {}

double RidgeSum::value(const Vector& x, Range range) const {
  residual_.noalias() = samples_.middleRows(range.first, range.count) * x;
  residual_ -= targets_.segment(range.first, range.count);
  return residual_.squaredNorm() / (2.0 * range.count) + l2_ / 2 * x.squaredNorm();
}

void RidgeSum::gradient(const Vector& x, Range range, Vector& out) const {
  const auto rows = samples_.middleRows(range.first, range.count);
  residual_.noalias() = rows * x;
  residual_ -= targets_.segment(range.first, range.count);
  residual_ /= range.count;
  out = l2_ * x;
  out.noalias() += rows.transpose() * residual_;
}

void RidgeSum::hessian(const Vector& x, Matrix& out) const {
  out = l2_ * Matrix::Identity(x.size(), x.size());
  add_gram(samples_, Vector::Constant(count(), 1.0 / count()), out);
}

Constants RidgeSum::constants() const {
  const Spectrum spectrum = gram_spectrum(samples_);
  const double component = samples_.rowwise().squaredNorm().maxCoeff();
  return {component + l2_, spectrum.largest + l2_, spectrum.smallest + l2_};
}

LogisticSum::LogisticSum(Rows samples, Vector signs, double l2) : samples_(std::move(samples)), l2_(l2) {
  for (Eigen::Index i = 0; i < samples_.rows(); ++i) samples_.row(i) *= signs[i];
}

double LogisticSum::value(const Vector& x, Range range) const {
  margin_.noalias() = samples_.middleRows(range.first, range.count) * x;
  for (Eigen::Index i = 0; i < margin_.size(); ++i) margin_[i] = softplus_of_negative(margin_[i]);
  return margin_.sum() / range.count + l2_ / 2 * x.squaredNorm();
}

void LogisticSum::gradient(const Vector& x, Range range, Vector& out) const {
  const auto rows = samples_.middleRows(range.first, range.count);
  margin_.noalias() = rows * x;
  for (Eigen::Index i = 0; i < margin_.size(); ++i) margin_[i] = -sigmoid(-margin_[i]) / range.count;
  out = l2_ * x;
  out.noalias() += rows.transpose() * margin_;
}

void LogisticSum::hessian(const Vector& x, Matrix& out) const {
  margin_.noalias() = samples_ * x;
  for (Eigen::Index i = 0; i < margin_.size(); ++i)
    margin_[i] = sigmoid(margin_[i]) * sigmoid(-margin_[i]) / count();
  out = l2_ * Matrix::Identity(x.size(), x.size());
  add_gram(samples_, margin_, out);
}

Constants LogisticSum::constants() const {
  const Spectrum spectrum = gram_spectrum(samples_);
  const double component = samples_.rowwise().squaredNorm().maxCoeff();
  return {component / 4 + l2_, spectrum.largest / 4 + l2_, l2_};
}

SoftmaxSum::SoftmaxSum(Rows samples, std::vector<int> labels, int classes, double l2)
    : samples_(std::move(samples)), labels_(std::move(labels)), classes_(classes), l2_(l2) {
  check_labels(samples_, labels_, classes_);
}

double SoftmaxSum::value(const Vector& x, Range range) const {
  const ConstWeights weights(x.data(), classes_, samples_.cols());
  double loss = 0;
  for_pieces(range, [&](Range part) {
    outputs_.noalias() = samples_.middleRows(part.first, part.count) * weights.transpose();
    loss += softmax_rows(outputs_, labels_of(labels_, part));
  });
  return loss / range.count + l2_ / 2 * x.squaredNorm();
}

void SoftmaxSum::gradient(const Vector& x, Range range, Vector& out) const {
  const ConstWeights weights(x.data(), classes_, samples_.cols());
  out = l2_ * x;
  Weights into(out.data(), classes_, samples_.cols());
  for_pieces(range, [&](Range part) {
    const auto rows = samples_.middleRows(part.first, part.count);
    outputs_.noalias() = rows * weights.transpose();
    softmax_rows(outputs_, labels_of(labels_, part));
    subtract_labels(outputs_, labels_of(labels_, part));
    outputs_ /= range.count;
    into.noalias() += outputs_.transpose() * rows;
  });
}

MlpSum::MlpSum(Rows samples, std::vector<int> labels, int hidden, int classes, double l2)
    : samples_(std::move(samples)), labels_(std::move(labels)), hidden_(hidden), classes_(classes), l2_(l2) {
  check_labels(samples_, labels_, classes_);
  const int inputs = static_cast<int>(samples_.cols());
  int offset = 0;
  const auto place = [&](const char* name, int rows, int cols) {
    layout_.push_back({name, rows, cols, offset});
    offset += rows * cols;
  };
  place("W1", hidden, inputs);
  place("b1", hidden, 1);
  place("W2", classes, hidden);
  place("b2", classes, 1);
}

void MlpSum::forward(const Vector& x, Range range) const {
  const double* parameters = x.data();
  const ConstWeights w1(parameters + layout_[0].offset, hidden_, samples_.cols());
  const Eigen::Map<const Eigen::RowVectorXd> b1(parameters + layout_[1].offset, hidden_);
  const ConstWeights w2(parameters + layout_[2].offset, classes_, hidden_);
  const Eigen::Map<const Eigen::RowVectorXd> b2(parameters + layout_[3].offset, classes_);
  activations_.noalias() = samples_.middleRows(range.first, range.count) * w1.transpose();
  activations_.rowwise() += b1;
  activations_ = activations_.unaryExpr([](double z) { return std::tanh(z); });
  outputs_.noalias() = activations_ * w2.transpose();
  outputs_.rowwise() += b2;
}

double MlpSum::value(const Vector& x, Range range) const {
  double loss = 0;
  for_pieces(range, [&](Range part) {
    forward(x, part);
    loss += softmax_rows(outputs_, labels_of(labels_, part));
  });
  return loss / range.count + l2_ / 2 * x.squaredNorm();
}

void MlpSum::gradient(const Vector& x, Range range, Vector& out) const {
  out = l2_ * x;
  const ConstWeights w2(x.data() + layout_[2].offset, classes_, hidden_);
  Weights to_w1(out.data() + layout_[0].offset, hidden_, samples_.cols());
  Eigen::Map<Eigen::RowVectorXd> to_b1(out.data() + layout_[1].offset, hidden_);
  Weights to_w2(out.data() + layout_[2].offset, classes_, hidden_);
  Eigen::Map<Eigen::RowVectorXd> to_b2(out.data() + layout_[3].offset, classes_);
  for_pieces(range, [&](Range part) {
    forward(x, part);
    softmax_rows(outputs_, labels_of(labels_, part));
    subtract_labels(outputs_, labels_of(labels_, part));
    outputs_ /= range.count;
    deltas_.noalias() = outputs_ * w2;
    deltas_.array() *= 1 - activations_.array().square();
    to_w1.noalias() += deltas_.transpose() * samples_.middleRows(part.first, part.count);
    to_b1 += deltas_.colwise().sum();
    to_w2.noalias() += outputs_.transpose() * activations_;
    to_b2 += outputs_.colwise().sum();
  });
}

Vector MlpSum::random_start(Rng& rng) const {
  Vector x = Vector::Zero(dim());
  for (const ParameterBlock& block : layout_) {
    if (block.cols == 1) continue;
    const double deviation = 1 / std::sqrt(static_cast<double>(block.cols));
    for (int i = 0; i < block.rows * block.cols; ++i) x[block.offset + i] = rng.normal(0, deviation);
  }
  return x;
}

}  // namespace mls::optimization
