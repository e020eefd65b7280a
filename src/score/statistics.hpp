// How sure a score is: spread over seeds, bootstrap, paired comparison (docs/scores.md, "Standard errors").
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace mls::score {

/// Of a sample (divisor n - 1); 0 for fewer than two values.
[[nodiscard]] double standard_deviation(std::span<const double> values);
/// Of the sample's mean.
[[nodiscard]] double standard_error(std::span<const double> values);

/// A score and its standard error.
struct Estimate {
  double value = 0;
  double standard_error = 0;
};
/// Of independent estimates, such as the tasks of an area; zeros for none.
[[nodiscard]] Estimate mean(std::span<const Estimate> estimates);
/// As score::overall, with its standard error.
[[nodiscard]] Estimate overall(std::span<const std::vector<Estimate>> tasks_by_area);

/// Two-sided 95 % quantile of Student's t: how many standard errors an interval reaches to either side.
[[nodiscard]] double student_t_975(std::size_t degrees);

/// The bootstrap samples of `units` seeds, as weights of the seeds that sum to one. Each sample draws units -
/// 1 of them with replacement: that many, not `units`, make the variance of a mean unbiased, which matters
/// for three or five seeds. For up to seven seeds every possible sample is listed with its probability, so
/// the bootstrap is exact; for more, 1000 samples are drawn from a fixed seed. One seed says nothing about
/// spread: a single sample, standard error 0.
class Resamples {
 public:
  /// Throws bad_input for units < 1.
  explicit Resamples(std::size_t units);
  [[nodiscard]] std::size_t units() const { return units_; }
  [[nodiscard]] std::size_t size() const { return probabilities_.size(); }
  [[nodiscard]] double probability(std::size_t sample) const { return probabilities_[sample]; }
  [[nodiscard]] std::span<const double> weights(std::size_t sample) const {
    return std::span(weights_).subspan(sample * units_, units_);
  }

 private:
  void list_all(std::vector<int>& counts, std::size_t unit, int left, double probability);
  void draw(std::size_t samples);
  void add(std::span<const int> counts, double probability);

  std::size_t units_;
  std::vector<double> probabilities_;
  std::vector<double> weights_;  ///< size() rows of units()
};

/// Mean and variance of a statistic over resamples, gathered around `centre` (its value on the full sample)
/// so that small variances do not drown in rounding.
class Moments {
 public:
  explicit Moments(double centre) : centre_(centre) {}
  void add(double probability, double value) {
    const double off = value - centre_;
    first_ += probability * off;
    second_ += probability * off * off;
  }
  [[nodiscard]] double mean() const { return centre_ + first_; }
  [[nodiscard]] double variance() const;

 private:
  double centre_;
  double first_ = 0;
  double second_ = 0;
};

struct Interval {
  double low;
  double high;
};

/// First against second on the same units (tasks, settings or seeds).
struct Comparison {
  int wins = 0;  ///< of first
  int ties = 0;
  int losses = 0;
  double difference = 0;             ///< mean of first - second
  double standard_error = 0;         ///< of the difference, from the spread over units
  std::optional<Interval> interval;  ///< of the difference, 95 %, Student's t; none for fewer than two units
};
/// Pairs by position; |first - second| <= tie counts as a tie. Throws bad_input on different lengths or
/// values that are not finite.
[[nodiscard]] Comparison compare(std::span<const double> first, std::span<const double> second,
                                 double tie = 0);

}  // namespace mls::score
