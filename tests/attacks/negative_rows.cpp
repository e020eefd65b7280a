// task: ml-calibration
// route: predictions
// tries: to answer 2 for every class but one and a negative number there, so that rows still sum to one
// expect: invalid_output
// message: not negative

#include "surface.hpp"

namespace {
class Negative final : public mls::calibration::Calibrator {
 public:
  void fit(const mls::calibration::Probabilities&, std::span<const int>, mls::Rng&) override {}
  mls::calibration::Probabilities predict(const mls::calibration::Probabilities& prob) override {
    auto answer = mls::calibration::Probabilities::Constant(prob.rows(), prob.cols(), 2).eval();
    answer.col(0).setConstant(1 - 2 * static_cast<double>(prob.cols() - 1));
    return answer;
  }
};
}  // namespace

std::unique_ptr<mls::calibration::Calibrator> mls::calibration::make_calibrator() {
  return std::make_unique<Negative>();
}
