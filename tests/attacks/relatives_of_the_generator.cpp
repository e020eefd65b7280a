// task: ml-calibration
// route: recomputing hidden draws
// tries: to find the generator behind the test rows among the relatives of the one it is given: splits,
// seeds before and after
// expect: harmless
// seal: private

#include <algorithm>

#include "surface.hpp"
#define make_calibrator honest_calibrator
#include "honest.cpp"
#undef make_calibrator

namespace {
using mls::calibration::Probabilities;

class Relatives final : public mls::calibration::Calibrator {
 public:
  void fit(const Probabilities& prob, std::span<const int> label, mls::Rng& rng) override {
    honest_->fit(prob, label, rng);
    std::vector<mls::Rng> family;
    for (std::uint64_t i = 0; i < 2000; ++i) {
      family.push_back(rng.split(i));
      family.emplace_back(i);
    }
    for (const mls::Rng& relative : family) {
      if (explains(relative, label)) found_ = relative;
    }
  }
  Probabilities predict(const Probabilities& prob) override {
    Probabilities answer = honest_->predict(prob);
    if (!found_) return answer;
    const std::vector<int> order = found_->permutation(static_cast<int>(prob.rows()));
    for (Eigen::Index i = 0; i < answer.rows(); ++i) {
      answer.row(i).setZero();
      answer(i, order[static_cast<std::size_t>(i)] % static_cast<int>(prob.cols())) = 1;
    }
    return answer;
  }

 private:
  /// Labels that follow from a permutation by this generator, whatever their order was before, agree with it
  /// far too often.
  static bool explains(mls::Rng generator, std::span<const int> label) {
    const int classes = 1 + *std::max_element(label.begin(), label.end());
    const std::vector<int> order = generator.permutation(static_cast<int>(label.size()));
    std::size_t equal = 0;
    for (std::size_t i = 0; i < label.size(); ++i) equal += order[i] % classes == label[i] ? 1 : 0;
    return equal > label.size() / 2;
  }
  std::unique_ptr<mls::calibration::Calibrator> honest_ = mls::calibration::honest_calibrator();
  std::optional<mls::Rng> found_;
};
}  // namespace

std::unique_ptr<mls::calibration::Calibrator> mls::calibration::make_calibrator() {
  return std::make_unique<Relatives>();
}
