// task: ml-calibration
// route: predictions
// tries: to answer numbers so large that a row's sum overflows, and every class is certain
// expect: harmless
// by: score
// setting: all

#include "surface.hpp"

namespace {
class Huge final : public mls::calibration::Calibrator {
 public:
  void fit(const mls::calibration::Probabilities&, std::span<const int>, mls::Rng&) override {}
  mls::calibration::Probabilities predict(const mls::calibration::Probabilities& prob) override {
    return mls::calibration::Probabilities::Constant(prob.rows(), prob.cols(), 1.7e308);
  }
};
}  // namespace

std::unique_ptr<mls::calibration::Calibrator> mls::calibration::make_calibrator() {
  return std::make_unique<Huge>();
}
