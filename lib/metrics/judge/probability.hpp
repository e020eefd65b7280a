// How good predicted class probabilities are: proper scores and calibration errors.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mls::metrics {

/// Predicted distributions and what happened. `prob` is row-major [rows, classes], every row non-negative
/// with sum one; labels are in 0 ... classes - 1; at least one row.
struct Forecast {
  std::span<const double> prob;
  std::span<const int> label;
  int classes = 0;

  [[nodiscard]] int rows() const { return static_cast<int>(label.size()); }
  [[nodiscard]] std::span<const double> row(int i) const {
    return prob.subspan(static_cast<std::size_t>(i) * classes, static_cast<std::size_t>(classes));
  }
};

/// Rows divided by their sums, lifted to at least `floor` and divided by their sums again. A row of zeros
/// becomes uniform. `raw` must be finite and non-negative, of any magnitude.
[[nodiscard]] std::vector<double> as_distributions(std::span<const double> raw, int classes, double floor);

/// Mean of -log p(label).
[[nodiscard]] double negative_log_likelihood(const Forecast& forecast);
/// Mean over rows of the squared distance to the one-hot label, summed over classes: in [0, 2] (Brier 1950).
[[nodiscard]] double brier(const Forecast& forecast);
/// Share of rows whose first largest entry is the label.
[[nodiscard]] double accuracy(const Forecast& forecast);

/// Expected calibration error of one event: rows sorted by confidence are cut into `bins` runs of equal
/// length (to within one row), and the distances |mean confidence - share of hits| are averaged with the run
/// lengths as weights. Ties keep the order of the rows, so equal confidences are spread over several bins and
/// a constant forecast pays the sampling noise of its bins instead of earning a perfect score.
[[nodiscard]] double equal_mass_ece(std::span<const double> confidence, std::span<const std::uint8_t> hit,
                                    int bins);
/// Of the largest entry against being right (Guo et al. 2017, with bins of equal mass).
[[nodiscard]] double top_label_ece(const Forecast& forecast, int bins);
/// Mean over classes of the error of that class's probability (Kull et al. 2019, with bins of equal mass).
[[nodiscard]] double classwise_ece(const Forecast& forecast, int bins);

}  // namespace mls::metrics
