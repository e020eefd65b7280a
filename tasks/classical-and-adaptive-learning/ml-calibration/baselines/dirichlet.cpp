// Dirichlet calibration with off-diagonal and intercept regularisation (ODIR). Kull, Perello-Nieto,
// Kaengsepp, Silva Filho, Song & Flach, "Beyond temperature scaling: obtaining well-calibrated multi-class
// probabilities with Dirichlet calibration", NeurIPS 2019.
//
// softmax(W log p + b) with a full matrix W, by maximum likelihood plus
// lambda * mean of squared off-diagonal entries of W + mu * mean of squared entries of b, lambda = mu = 0.1;
// L-BFGS from the identity. (The authors choose lambda and mu by cross-validation for every data set.)
#include <algorithm>
#include <vector>

#include "lib/numerics/host/minimise.hpp"
#include "surface.hpp"

namespace mls::calibration {
namespace {

constexpr double off_diagonal_penalty = 0.1;
constexpr double intercept_penalty = 0.1;

/// Row j of the C x C block holds what log p of class j adds to every class's score; the C biases follow.
Probabilities transformed(const Probabilities& z, std::span<const double> w) {
  const Eigen::Index classes = z.cols();
  Probabilities result(z.rows(), classes);
  for (Eigen::Index i = 0; i < z.rows(); ++i) {
    double* out = result.data() + i * classes;
    std::copy_n(w.data() + classes * classes, classes, out);
    for (Eigen::Index j = 0; j < classes; ++j) {
      const double x = z(i, j);
      const double* row = w.data() + j * classes;
      for (Eigen::Index k = 0; k < classes; ++k) out[k] += x * row[k];
    }
  }
  return result;
}

/// Gradient of the cross-entropy from its gradient with respect to the scores.
void pull_back(const Probabilities& z, const Probabilities& slope, std::span<double> gradient) {
  const Eigen::Index classes = z.cols();
  std::ranges::fill(gradient, 0.0);
  for (Eigen::Index i = 0; i < z.rows(); ++i) {
    const double* d = slope.data() + i * classes;
    for (Eigen::Index j = 0; j < classes; ++j) {
      const double x = z(i, j);
      double* row = gradient.data() + j * classes;
      for (Eigen::Index k = 0; k < classes; ++k) row[k] += x * d[k];
    }
    double* bias = gradient.data() + classes * classes;
    for (Eigen::Index k = 0; k < classes; ++k) bias[k] += d[k];
  }
}

/// Adds the penalty's gradient and returns its value.
double penalise(std::span<const double> w, Eigen::Index classes, std::span<double> gradient) {
  const auto count = static_cast<double>(classes);
  const double off_scale = off_diagonal_penalty / (count * (count - 1));
  const double bias_scale = intercept_penalty / count;
  double value = 0;
  for (Eigen::Index i = 0; i < classes * classes + classes; ++i) {
    const bool bias = i >= classes * classes;
    if (!bias && i / classes == i % classes) continue;
    const double scale = bias ? bias_scale : off_scale;
    const auto at = static_cast<std::size_t>(i);
    value += scale * w[at] * w[at];
    gradient[at] += 2 * scale * w[at];
  }
  return value;
}

class Dirichlet : public Calibrator {
 public:
  void fit(const Probabilities& prob, std::span<const int> label, Rng&) override {
    const Probabilities z = log_of(prob);
    const Eigen::Index classes = z.cols();
    const numerics::Objective loss = [&](std::span<const double> w, std::span<double> gradient) {
      Probabilities slope = transformed(z, w);
      const double value = cross_entropy(slope, label);
      pull_back(z, slope, gradient);
      return value + penalise(w, classes, gradient);
    };
    std::vector<double> start(static_cast<std::size_t>(classes * classes + classes));
    for (Eigen::Index k = 0; k < classes; ++k) start[static_cast<std::size_t>(k * classes + k)] = 1;
    weights_ = numerics::minimise_lbfgs(loss, std::move(start)).x;
  }

  Probabilities predict(const Probabilities& prob) override {
    Probabilities p = transformed(log_of(prob), weights_);
    softmax_rows(p);
    return p;
  }

 private:
  std::vector<double> weights_;
};

}  // namespace

std::unique_ptr<Calibrator> make_calibrator() { return std::make_unique<Dirichlet>(); }

}  // namespace mls::calibration
