// task: ml-calibration
// route: predictions
// tries: to answer for one easy row only
// expect: invalid_output
// message: is expected

#include "surface.hpp"

namespace {
class One final : public mls::calibration::Calibrator {
 public:
  void fit(const mls::calibration::Probabilities&, std::span<const int>, mls::Rng&) override {}
  mls::calibration::Probabilities predict(const mls::calibration::Probabilities& prob) override {
    return prob.topRows(1);
  }
};
}  // namespace

std::unique_ptr<mls::calibration::Calibrator> mls::calibration::make_calibrator() {
  return std::make_unique<One>();
}
