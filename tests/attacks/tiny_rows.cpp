// task: ml-calibration
// route: predictions
// tries: to answer the smallest numbers there are and rows of zeros, whose division gives certainty for
// every class
// expect: harmless
// by: score
// setting: all

#include "surface.hpp"

namespace {
class Tiny final : public mls::calibration::Calibrator {
 public:
  void fit(const mls::calibration::Probabilities&, std::span<const int>, mls::Rng&) override {}
  mls::calibration::Probabilities predict(const mls::calibration::Probabilities& prob) override {
    mls::calibration::Probabilities answer =
        mls::calibration::Probabilities::Constant(prob.rows(), prob.cols(), 5e-324);
    for (Eigen::Index i = 0; i < answer.rows(); i += 2) answer.row(i).setZero();
    return answer;
  }
};
}  // namespace

std::unique_ptr<mls::calibration::Calibrator> mls::calibration::make_calibrator() {
  return std::make_unique<Tiny>();
}
