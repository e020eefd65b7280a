// Isotonic regression. Zadrozny & Elkan, "Transforming classifier scores into accurate multiclass probability
// estimates", KDD 2002.
//
// For every class against the rest, the non-decreasing function of its probability with the least squared
// error, found by pooling adjacent violators and interpolated linearly between pools; then rows are
// normalised.
#include "lib/numerics/host/isotonic.hpp"

#include "lib/calibration/host/one_vs_rest.hpp"
#include "surface.hpp"

namespace mls::calibration {
namespace {

class Isotonic : public Calibrator {
 public:
  void fit(const Probabilities& prob, std::span<const int> label, Rng&) override {
    model_.fit(prob, label, numerics::fit_isotonic);
  }
  Probabilities predict(const Probabilities& prob) override { return model_.predict(prob); }

 private:
  OneVsRest model_;
};

}  // namespace

std::unique_ptr<Calibrator> make_calibrator() { return std::make_unique<Isotonic>(); }

}  // namespace mls::calibration
