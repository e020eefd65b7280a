// Spline calibration of the top label. Gupta, Rahimi, Ajanthan, Mensink, Sminchisescu & Hartley, "Calibration
// of neural networks using splines", ICLR 2021.
//
// Calibration rows sorted by their top probability s; over the fraction t of rows below, the cumulative sum
// of (hit - s) is fitted by a natural cubic spline with 6 even knots, whose slope is the correction to s.
// Between calibration rows the corrected confidence is interpolated in s. The other classes share the rest in
// their old proportions.
#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "lib/numerics/host/natural_spline.hpp"
#include "surface.hpp"

namespace mls::calibration {
namespace {

constexpr int knots = 6;

Eigen::Index top_of(const Probabilities& prob, Eigen::Index row) {
  const double* p = prob.data() + row * prob.cols();
  return std::max_element(p, p + prob.cols()) - p;
}

class Spline : public Calibrator {
 public:
  void fit(const Probabilities& prob, std::span<const int> label, Rng&) override {
    const auto rows = static_cast<std::size_t>(prob.rows());
    std::vector<double> score(rows);
    std::vector<double> hit(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      const Eigen::Index top = top_of(prob, static_cast<Eigen::Index>(i));
      score[i] = prob(static_cast<Eigen::Index>(i), top);
      hit[i] = label[i] == top ? 1 : 0;
    }
    std::vector<std::size_t> order(rows);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(score[i], i); });

    std::vector<double> fraction;
    std::vector<double> excess;  // cumulated accuracy minus cumulated confidence
    double sum = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      sum += hit[order[i]] - score[order[i]];
      fraction.push_back(static_cast<double>(i) / static_cast<double>(rows - 1));
      excess.push_back(sum / static_cast<double>(rows));
    }
    const numerics::NaturalSpline spline(fraction, excess, 0, 1, knots);
    for (std::size_t i = 0; i < rows; ++i) {
      score_.push_back(score[order[i]]);
      calibrated_.push_back(std::clamp(score_.back() + spline.slope(fraction[i]), 0.0, 1.0));
    }
  }

  Probabilities predict(const Probabilities& prob) override {
    Probabilities result = prob;
    for (Eigen::Index i = 0; i < prob.rows(); ++i) {
      const Eigen::Index top = top_of(prob, i);
      const double confidence = calibrated(prob(i, top));
      const double rest = 1 - prob(i, top);
      for (Eigen::Index k = 0; k < prob.cols(); ++k) {
        result(i, k) = rest > 0 ? prob(i, k) * (1 - confidence) / rest
                                : (1 - confidence) / static_cast<double>(prob.cols() - 1);
      }
      result(i, top) = confidence;
    }
    return result;
  }

 private:
  [[nodiscard]] double calibrated(double score) const {
    if (score <= score_.front()) return calibrated_.front();
    if (score >= score_.back()) return calibrated_.back();
    const auto upper = static_cast<std::size_t>(std::ranges::upper_bound(score_, score) - score_.begin());
    const double share = (score - score_[upper - 1]) / (score_[upper] - score_[upper - 1]);
    return calibrated_[upper - 1] + share * (calibrated_[upper] - calibrated_[upper - 1]);
  }

  std::vector<double> score_;  // of the calibration rows, ascending
  std::vector<double> calibrated_;
};

}  // namespace

std::unique_ptr<Calibrator> make_calibrator() { return std::make_unique<Spline>(); }

}  // namespace mls::calibration
