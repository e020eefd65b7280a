// Temperature scaling. Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks", ICML 2017.
//
// softmax(log p / T) with the T in [0.05, 20] of the highest likelihood, found by bounded search on log T.
#include <cmath>

#include "lib/numerics/host/minimise.hpp"
#include "surface.hpp"

namespace mls::calibration {
namespace {

double loss_at(const Probabilities& z, std::span<const int> label, double temperature) {
  Probabilities scaled = z / temperature;
  return cross_entropy(scaled, label);
}

class Temperature : public Calibrator {
 public:
  void fit(const Probabilities& prob, std::span<const int> label, Rng&) override {
    const Probabilities z = log_of(prob);
    temperature_ =
        std::exp(numerics::minimise_golden([&](double log_t) { return loss_at(z, label, std::exp(log_t)); },
                                           std::log(0.05), std::log(20.0), 1e-4));
  }
  Probabilities predict(const Probabilities& prob) override {
    Probabilities p = log_of(prob) / temperature_;
    softmax_rows(p);
    return p;
  }

 private:
  double temperature_ = 1;
};

}  // namespace

std::unique_ptr<Calibrator> make_calibrator() { return std::make_unique<Temperature>(); }

}  // namespace mls::calibration
