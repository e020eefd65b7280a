// Vector scaling. Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks", ICML 2017.
//
// softmax(w * log p + b), one scale and one bias a class, by maximum likelihood without a penalty (L-BFGS
// from w = 1, b = 0).
#include <algorithm>
#include <vector>

#include "lib/numerics/host/minimise.hpp"
#include "surface.hpp"

namespace mls::calibration {
namespace {

/// `w` holds the C scales, then the C biases.
Probabilities scaled(const Probabilities& z, std::span<const double> w) {
  const auto classes = static_cast<std::size_t>(z.cols());
  Probabilities result = z;
  for (Eigen::Index i = 0; i < z.rows(); ++i) {
    double* row = result.data() + i * z.cols();
    for (std::size_t k = 0; k < classes; ++k) row[k] = w[k] * row[k] + w[classes + k];
  }
  return result;
}

class VectorScaling : public Calibrator {
 public:
  void fit(const Probabilities& prob, std::span<const int> label, Rng&) override {
    const Probabilities z = log_of(prob);
    const auto classes = static_cast<std::size_t>(z.cols());
    const numerics::Objective loss = [&](std::span<const double> w, std::span<double> gradient) {
      Probabilities slope = scaled(z, w);
      const double value = cross_entropy(slope, label);
      std::ranges::fill(gradient, 0.0);
      for (Eigen::Index i = 0; i < z.rows(); ++i) {
        const double* d = slope.data() + i * z.cols();
        const double* x = z.data() + i * z.cols();
        for (std::size_t k = 0; k < classes; ++k) {
          gradient[k] += d[k] * x[k];
          gradient[classes + k] += d[k];
        }
      }
      return value;
    };
    std::vector<double> start(2 * classes);
    std::fill_n(start.begin(), classes, 1.0);
    weights_ = numerics::minimise_lbfgs(loss, std::move(start)).x;
  }

  Probabilities predict(const Probabilities& prob) override {
    Probabilities p = scaled(log_of(prob), weights_);
    softmax_rows(p);
    return p;
  }

 private:
  std::vector<double> weights_;
};

}  // namespace

std::unique_ptr<Calibrator> make_calibrator() { return std::make_unique<VectorScaling>(); }

}  // namespace mls::calibration
