// Ensemble temperature scaling. Zhang, Kailkhura & Han, "Mix-n-Match: ensemble and compositional methods for
// uncertainty calibration in deep learning", ICML 2020.
//
// w1 * softmax(log p / T) + w2 * p + w3 / C. First T as in temperature scaling, then the weights (on the
// simplex) of the highest likelihood, by the EM updates of a mixture with fixed components.
#include <array>
#include <cmath>

#include "lib/numerics/host/minimise.hpp"
#include "surface.hpp"

namespace mls::calibration {
namespace {

constexpr int em_rounds = 500;

double loss_at(const Probabilities& z, std::span<const int> label, double temperature) {
  Probabilities scaled = z / temperature;
  return cross_entropy(scaled, label);
}

Probabilities sharpened(const Probabilities& prob, double temperature) {
  Probabilities p = log_of(prob) / temperature;
  softmax_rows(p);
  return p;
}

class EnsembleTemperature : public Calibrator {
 public:
  void fit(const Probabilities& prob, std::span<const int> label, Rng&) override {
    const Probabilities z = log_of(prob);
    temperature_ =
        std::exp(numerics::minimise_golden([&](double log_t) { return loss_at(z, label, std::exp(log_t)); },
                                           std::log(0.05), std::log(20.0), 1e-4));
    const Probabilities scaled = sharpened(prob, temperature_);
    for (int round = 0; round < em_rounds; ++round) {
      std::array<double, 3> share{};
      for (Eigen::Index i = 0; i < prob.rows(); ++i) {
        const int truth = label[static_cast<std::size_t>(i)];
        const std::array<double, 3> part = {weight_[0] * scaled(i, truth), weight_[1] * prob(i, truth),
                                            weight_[2] / static_cast<double>(prob.cols())};
        const double sum = part[0] + part[1] + part[2];
        for (std::size_t c = 0; c < 3; ++c) share[c] += part[c] / sum;
      }
      for (std::size_t c = 0; c < 3; ++c) weight_[c] = share[c] / static_cast<double>(prob.rows());
    }
  }

  Probabilities predict(const Probabilities& prob) override {
    Probabilities p = weight_[0] * sharpened(prob, temperature_) + weight_[1] * prob;
    p.array() += weight_[2] / static_cast<double>(prob.cols());
    return p;
  }

 private:
  double temperature_ = 1;
  std::array<double, 3> weight_ = {1.0 / 3, 1.0 / 3, 1.0 / 3};
};

}  // namespace

std::unique_ptr<Calibrator> make_calibrator() { return std::make_unique<EnsembleTemperature>(); }

}  // namespace mls::calibration
