#include "lib/bayes/judge/naive_bayes.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mls::bayes {
namespace {

double largest_variance(const tabular::Matrix& x) {
  double largest = 0;
  for (int j = 0; j < x.columns; ++j) {
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < x.rows; ++i) sum += x(i, j);
    for (int i = 0; i < x.rows; ++i) squares += (x(i, j) - sum / x.rows) * (x(i, j) - sum / x.rows);
    largest = std::max(largest, squares / x.rows);
  }
  return largest;
}

void softmax(std::span<double> row) {
  const double top = *std::max_element(row.begin(), row.end());
  double sum = 0;
  for (double& value : row) sum += value = std::exp(value - top);
  for (double& value : row) value /= sum;
}

}  // namespace

GaussianNaiveBayes::GaussianNaiveBayes(const tabular::Dataset& data)
    : classes_(data.classes),
      mean_(data.classes, data.x.columns),
      variance_(data.classes, data.x.columns),
      log_prior_(data.classes) {
  std::vector<double> count(classes_);
  for (int i = 0; i < data.rows(); ++i) {
    const int k = data.y[i];
    count[k] += 1;
    for (int j = 0; j < data.x.columns; ++j) mean_.row(k)[j] += data.x(i, j);
  }
  for (int k = 0; k < classes_; ++k) {
    for (double& value : mean_.row(k)) value /= count[k];
    log_prior_[k] = std::log(count[k] / data.rows());
  }
  for (int i = 0; i < data.rows(); ++i) {
    const int k = data.y[i];
    for (int j = 0; j < data.x.columns; ++j) {
      const double gap = data.x(i, j) - mean_(k, j);
      variance_.row(k)[j] += gap * gap;
    }
  }
  const double extra = 1e-9 * largest_variance(data.x);
  for (int k = 0; k < classes_; ++k) {
    for (double& value : variance_.row(k)) value = value / count[k] + extra;
  }
}

std::vector<double> GaussianNaiveBayes::predict(const tabular::Matrix& x) const {
  std::vector<double> result(static_cast<std::size_t>(x.rows) * classes_);
  for (int i = 0; i < x.rows; ++i) {
    const std::span<double> row(result.data() + static_cast<std::size_t>(i) * classes_,
                                static_cast<std::size_t>(classes_));
    for (int k = 0; k < classes_; ++k) {
      row[k] = log_prior_[k];
      for (int j = 0; j < x.columns; ++j) {
        const double gap = x(i, j) - mean_(k, j);
        row[k] -= 0.5 * (std::log(2 * std::numbers::pi * variance_(k, j)) + gap * gap / variance_(k, j));
      }
    }
    softmax(row);
  }
  return result;
}

}  // namespace mls::bayes
