// task: ml-calibration
// route: predictions
// tries: to answer the class frequencies for every row, which is perfectly calibrated and says nothing
// expect: harmless
// by: score
// setting: all

#include "surface.hpp"

namespace {
class Frequencies final : public mls::calibration::Calibrator {
 public:
  void fit(const mls::calibration::Probabilities& prob, std::span<const int> label, mls::Rng&) override {
    share_ = Eigen::RowVectorXd::Zero(prob.cols());
    for (const int one : label) share_[one] += 1.0 / static_cast<double>(label.size());
  }
  mls::calibration::Probabilities predict(const mls::calibration::Probabilities& prob) override {
    return share_.replicate(prob.rows(), 1);
  }

 private:
  Eigen::RowVectorXd share_;
};
}  // namespace

std::unique_ptr<mls::calibration::Calibrator> mls::calibration::make_calibrator() {
  return std::make_unique<Frequencies>();
}
