// Platt scaling. Platt, "Probabilistic outputs for support vector machines and comparisons to regularized
// likelihood methods", 1999; one-vs-rest for several classes (Zadrozny & Elkan 2002).
//
// sigmoid(a * logit(p) + b) fitted by maximum likelihood to Platt's smoothed targets: (n+ + 1) / (n+ + 2) for
// hits and 1 / (n- + 2) for misses.
#include <vector>

#include "lib/calibration/host/one_vs_rest.hpp"
#include "lib/numerics/host/logistic.hpp"
#include "surface.hpp"

namespace mls::calibration {
namespace {

EventMap fit_sigmoid(std::span<const double> prob, std::span<const double> hit) {
  double hits = 0;
  for (const double h : hit) hits += h;
  const double misses = static_cast<double>(hit.size()) - hits;
  std::vector<double> feature;
  std::vector<double> target;
  for (std::size_t i = 0; i < prob.size(); ++i) {
    feature.push_back(logit(prob[i]));
    target.push_back(hit[i] > 0 ? (hits + 1) / (hits + 2) : 1 / (misses + 2));
  }
  const numerics::Logistic model = numerics::fit_logistic(feature, 1, target);
  return [a = model.coefficient[0], b = model.intercept](double p) { return sigmoid(a * logit(p) + b); };
}

class Platt : public Calibrator {
 public:
  void fit(const Probabilities& prob, std::span<const int> label, Rng&) override {
    model_.fit(prob, label, fit_sigmoid);
  }
  Probabilities predict(const Probabilities& prob) override { return model_.predict(prob); }

 private:
  OneVsRest model_;
};

}  // namespace

std::unique_ptr<Calibrator> make_calibrator() { return std::make_unique<Platt>(); }

}  // namespace mls::calibration
