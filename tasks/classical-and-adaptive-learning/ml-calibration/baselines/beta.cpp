// Beta calibration. Kull, Silva Filho & Flach, "Beta calibration: a well-founded and easily implemented
// improvement on logistic calibration for binary classifiers", AISTATS 2017; one-vs-rest for several classes.
//
// sigmoid(a log p - b log(1 - p) + c) by maximum likelihood with a, b >= 0: when one comes out negative it is
// set to zero and the other two are fitted again, as the authors do.
#include <cmath>
#include <vector>

#include "lib/calibration/host/one_vs_rest.hpp"
#include "lib/numerics/host/logistic.hpp"
#include "surface.hpp"

namespace mls::calibration {
namespace {

struct BetaMap {
  double a = 0;
  double b = 0;
  double c = 0;
  double operator()(double p) const {
    const double q = clipped(p);
    return sigmoid(a * std::log(q) - b * std::log1p(-q) + c);
  }
};

/// Either feature may be left out.
BetaMap fit_features(std::span<const double> prob, std::span<const double> hit, bool with_a, bool with_b) {
  std::vector<double> features;
  for (const double p : prob) {
    if (with_a) features.push_back(std::log(clipped(p)));
    if (with_b) features.push_back(-std::log1p(-clipped(p)));
  }
  const numerics::Logistic model = numerics::fit_logistic(features, (with_a ? 1 : 0) + (with_b ? 1 : 0), hit);
  BetaMap map;
  if (with_a) map.a = model.coefficient.front();
  if (with_b) map.b = model.coefficient.back();
  map.c = model.intercept;
  return map;
}

EventMap fit_beta(std::span<const double> prob, std::span<const double> hit) {
  BetaMap map = fit_features(prob, hit, true, true);
  const bool with_a = map.a >= 0;
  const bool with_b = map.b >= 0;
  if (!with_a || !with_b) map = fit_features(prob, hit, with_a, with_b);
  // The one feature that was kept may point the wrong way too: then only the base rate is left.
  if (map.a < 0 || map.b < 0) map = fit_features(prob, hit, false, false);
  return map;
}

class Beta : public Calibrator {
 public:
  void fit(const Probabilities& prob, std::span<const int> label, Rng&) override {
    model_.fit(prob, label, fit_beta);
  }
  Probabilities predict(const Probabilities& prob) override { return model_.predict(prob); }

 private:
  OneVsRest model_;
};

}  // namespace

std::unique_ptr<Calibrator> make_calibrator() { return std::make_unique<Beta>(); }

}  // namespace mls::calibration
