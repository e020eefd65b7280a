// task: ml-calibration
// route: memory of the inputs
// tries: to keep all training rows with their labels and to find the test rows among them
// expect: harmless

#include <cstring>
#include <map>

#include "surface.hpp"
#define make_calibrator honest_calibrator
#include "honest.cpp"
#undef make_calibrator

namespace {
using mls::calibration::Probabilities;

class Table final : public mls::calibration::Calibrator {
 public:
  void fit(const Probabilities& prob, std::span<const int> label, mls::Rng& rng) override {
    honest_->fit(prob, label, rng);
    for (Eigen::Index i = 0; i < prob.rows(); ++i) seen_[bytes(prob, i)] = label[static_cast<std::size_t>(i)];
  }
  Probabilities predict(const Probabilities& prob) override {
    Probabilities answer = honest_->predict(prob);
    for (Eigen::Index i = 0; i < prob.rows(); ++i) {
      // Certain rows are common and say nothing; any other row would hardly come twice unless it is the same.
      const auto found = seen_.find(bytes(prob, i));
      if (found == seen_.end() || prob.row(i).maxCoeff() > 0.999) continue;
      answer.row(i).setZero();
      answer(i, found->second) = 1;
    }
    return answer;
  }

 private:
  static std::string bytes(const Probabilities& prob, Eigen::Index row) {
    std::string key(static_cast<std::size_t>(prob.cols()) * sizeof(double), '\0');
    std::memcpy(key.data(), prob.row(row).data(), key.size());
    return key;
  }
  std::unique_ptr<mls::calibration::Calibrator> honest_ = mls::calibration::honest_calibrator();
  std::map<std::string, int> seen_;
};
}  // namespace

std::unique_ptr<mls::calibration::Calibrator> mls::calibration::make_calibrator() {
  return std::make_unique<Table>();
}
