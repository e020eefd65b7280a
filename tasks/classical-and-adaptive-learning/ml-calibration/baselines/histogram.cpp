// Histogram binning. Zadrozny & Elkan, "Obtaining calibrated probability estimates from decision trees and
// naive Bayesian classifiers", ICML 2001; one-vs-rest for several classes as in their KDD 2002 paper.
//
// Calibration rows sorted by the class's probability are cut into 15 bins of equal mass; the calibrated
// probability is the share of the class in the bin. Bins between equal probabilities merge.
#include <algorithm>
#include <vector>

#include "lib/calibration/host/one_vs_rest.hpp"
#include "surface.hpp"

namespace mls::calibration {
namespace {

constexpr std::size_t bins = 15;

struct Histogram {
  std::vector<double>
      upper;  // bin b holds probabilities <= upper[b] and > upper[b - 1]; the last one is open above
  std::vector<double> share;

  [[nodiscard]] std::size_t bin_of(double p) const {
    const auto at = static_cast<std::size_t>(std::lower_bound(upper.begin(), upper.end(), p) - upper.begin());
    return std::min(at, upper.size() - 1);
  }
  double operator()(double p) const { return share[bin_of(p)]; }
};

EventMap fit_histogram(std::span<const double> prob, std::span<const double> hit) {
  std::vector<double> sorted(prob.begin(), prob.end());
  std::ranges::sort(sorted);
  Histogram histogram;
  for (std::size_t b = 1; b <= bins; ++b)
    histogram.upper.push_back(sorted[(sorted.size() * b + bins - 1) / bins - 1]);
  histogram.upper.erase(std::unique(histogram.upper.begin(), histogram.upper.end()), histogram.upper.end());

  std::vector<double> count(histogram.upper.size());
  histogram.share.resize(histogram.upper.size());
  for (std::size_t i = 0; i < prob.size(); ++i) {
    const std::size_t b = histogram.bin_of(prob[i]);
    count[b] += 1;
    histogram.share[b] += hit[i];
  }
  for (std::size_t b = 0; b < count.size(); ++b) histogram.share[b] /= count[b];
  return histogram;
}

class HistogramBinning : public Calibrator {
 public:
  void fit(const Probabilities& prob, std::span<const int> label, Rng&) override {
    model_.fit(prob, label, fit_histogram);
  }
  Probabilities predict(const Probabilities& prob) override { return model_.predict(prob); }

 private:
  OneVsRest model_;
};

}  // namespace

std::unique_ptr<Calibrator> make_calibrator() { return std::make_unique<HistogramBinning>(); }

}  // namespace mls::calibration
