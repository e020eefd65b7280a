#include "lib/calibration/host/probabilities.hpp"

#include <algorithm>
#include <cmath>

namespace mls::calibration {

double clipped(double p) { return std::clamp(p, smallest_probability, 1 - smallest_probability); }

double logit(double p) {
  const double q = clipped(p);
  return std::log(q) - std::log1p(-q);
}

double sigmoid(double z) { return z >= 0 ? 1 / (1 + std::exp(-z)) : std::exp(z) / (1 + std::exp(z)); }

Probabilities log_of(const Probabilities& prob) {
  Probabilities z(prob.rows(), prob.cols());
  for (Eigen::Index i = 0; i < prob.size(); ++i)
    z.data()[i] = std::log(std::max(prob.data()[i], smallest_probability));
  return z;
}

void softmax_rows(Probabilities& z) {
  for (Eigen::Index i = 0; i < z.rows(); ++i) {
    double* row = z.data() + i * z.cols();
    const double top = *std::max_element(row, row + z.cols());
    double sum = 0;
    for (Eigen::Index k = 0; k < z.cols(); ++k) sum += row[k] = std::exp(row[k] - top);
    for (Eigen::Index k = 0; k < z.cols(); ++k) row[k] /= sum;
  }
}

void normalise_rows(Probabilities& p) {
  for (Eigen::Index i = 0; i < p.rows(); ++i) {
    double* row = p.data() + i * p.cols();
    double sum = 0;
    for (Eigen::Index k = 0; k < p.cols(); ++k) sum += row[k];
    for (Eigen::Index k = 0; k < p.cols(); ++k)
      row[k] = sum > 0 ? row[k] / sum : 1 / static_cast<double>(p.cols());
  }
}

double cross_entropy(Probabilities& z, std::span<const int> label) {
  const auto rows = static_cast<double>(z.rows());
  double loss = 0;
  for (Eigen::Index i = 0; i < z.rows(); ++i) {
    double* row = z.data() + i * z.cols();
    const int truth = label[static_cast<std::size_t>(i)];
    const double top = *std::max_element(row, row + z.cols());
    const double of_truth = row[truth] - top;
    double sum = 0;
    for (Eigen::Index k = 0; k < z.cols(); ++k) sum += row[k] = std::exp(row[k] - top);
    loss += std::log(sum) - of_truth;
    for (Eigen::Index k = 0; k < z.cols(); ++k) row[k] /= sum * rows;
    row[truth] -= 1 / rows;
  }
  return loss / rows;
}

}  // namespace mls::calibration
