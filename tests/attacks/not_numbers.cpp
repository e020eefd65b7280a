// task: ml-calibration
// route: predictions
// tries: to answer NaN, which is no worse than any label
// expect: invalid_output
// message: finite

#include <limits>

#include "surface.hpp"

namespace {
class Nan final : public mls::calibration::Calibrator {
 public:
  void fit(const mls::calibration::Probabilities&, std::span<const int>, mls::Rng&) override {}
  mls::calibration::Probabilities predict(const mls::calibration::Probabilities& prob) override {
    return prob * std::numeric_limits<double>::quiet_NaN();
  }
};
}  // namespace

std::unique_ptr<mls::calibration::Calibrator> mls::calibration::make_calibrator() {
  return std::make_unique<Nan>();
}
