// An example submission: temperature scaling, mixed with the base rates of the classes. The temperature takes
// care of classifiers that are too sure or too timid everywhere, the mixture of those that are now and then
// completely wrong.
//
// p = (1 - w) softmax(log p / T) + w * rate, with T and w of the highest likelihood on the calibration rows.
#include <algorithm>
#include <cmath>

#include "surface.hpp"

namespace mls::calibration {
namespace {

class TemperatureAndRates final : public Calibrator {
 public:
  void fit(const Probabilities& prob, std::span<const int> label, Rng&) override {
    rates_ = Eigen::RowVectorXd::Ones(prob.cols());  // one imagined row a class, so that none is impossible
    for (const int k : label) rates_[k] += 1;
    rates_ /= rates_.sum();
    const Probabilities z = log_of(prob);
    // One after the other, a few times: each is a search in one dimension.
    for (int round = 0; round < 4; ++round) {
      log_temperature_ =
          numerics::minimise_golden([&](double log_t) { return loss(scaled(z, log_t), weight_, label); },
                                    std::log(0.05), std::log(20.0), 1e-3);
      const Probabilities p = scaled(z, log_temperature_);
      weight_ = numerics::minimise_golden([&](double w) { return loss(p, w, label); }, 0.0, 0.5, 1e-4);
    }
  }

  Probabilities predict(const Probabilities& prob) override {
    Probabilities p = (1 - weight_) * scaled(log_of(prob), log_temperature_);
    p.rowwise() += weight_ * rates_;
    return p;
  }

 private:
  static Probabilities scaled(const Probabilities& z, double log_temperature) {
    Probabilities p = z / std::exp(log_temperature);
    softmax_rows(p);
    return p;
  }

  double loss(const Probabilities& p, double weight, std::span<const int> label) const {
    double sum = 0;
    for (std::size_t i = 0; i < label.size(); ++i) {
      const double mixed =
          (1 - weight) * p(static_cast<Eigen::Index>(i), label[i]) + weight * rates_[label[i]];
      sum -= std::log(std::max(mixed, smallest_probability));
    }
    return sum / static_cast<double>(label.size());
  }

  Eigen::RowVectorXd rates_;
  double log_temperature_ = 0;
  double weight_ = 0;
};

}  // namespace

std::unique_ptr<Calibrator> make_calibrator() { return std::make_unique<TemperatureAndRates>(); }

}  // namespace mls::calibration
