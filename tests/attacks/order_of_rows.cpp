// task: ml-calibration
// route: memory of the inputs
// tries: to predict labels from the position of rows, were they sorted, periodic or a continuation of the
// training rows
// expect: harmless

#include "surface.hpp"
#define make_calibrator honest_calibrator
#include "honest.cpp"
#undef make_calibrator

namespace {
using mls::calibration::Probabilities;

class Positions final : public mls::calibration::Calibrator {
 public:
  void fit(const Probabilities& prob, std::span<const int> label, mls::Rng& rng) override {
    honest_->fit(prob, label, rng);
    // Labels that repeat with some period, or hardly ever change from row to row, would show in training.
    for (std::size_t period = 1; period <= 64; ++period) {
      int equal = 0;
      for (std::size_t i = period; i < label.size(); ++i) equal += label[i] == label[i - period] ? 1 : 0;
      if (equal > 0.9 * static_cast<double>(label.size() - period))
        tail_.assign(label.end() - static_cast<std::ptrdiff_t>(period), label.end());
    }
  }
  Probabilities predict(const Probabilities& prob) override {
    Probabilities answer = honest_->predict(prob);
    for (Eigen::Index i = 0; i < answer.rows() && !tail_.empty(); ++i) {
      answer.row(i).setZero();
      answer(i, tail_[static_cast<std::size_t>(i) % tail_.size()]) = 1;
    }
    return answer;
  }

 private:
  std::unique_ptr<mls::calibration::Calibrator> honest_ = mls::calibration::honest_calibrator();
  std::vector<int> tail_;
};
}  // namespace

std::unique_ptr<mls::calibration::Calibrator> mls::calibration::make_calibrator() {
  return std::make_unique<Positions>();
}
