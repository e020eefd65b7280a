// From raw metrics to scores: transforms, anchors, aggregation (docs/scores.md). Pure functions; scores are
// in [0, 1].
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "task/task.hpp"

namespace mls::score {

/// Raw metric -> higher-is-better value: clipped at chance, transformed, signed. `log` needs raw > 0 and
/// `log1m` raw < 1; values beyond are moved to 1e-12 of the limit. Not finite in -> nullopt (a failed run).
[[nodiscard]] std::optional<double> value_of(const task::Metric& metric, task::Transform transform,
                                             double raw);

/// Of one term, in transformed values: floor = worst baseline's seed mean, reference = best baseline's.
struct Anchors {
  double floor = 0;
  double reference = 0;
  std::optional<double> bound;  ///< transformed attainable limit
  bool operator==(const Anchors&) const = default;
};

/// The curve of one term: floor and below -> 0, reference -> 0.5, bound and above -> 1, monotone, in [0, 1];
/// 0 for a value that is not finite. With a bound a power law, without one the upper half of a logistic. The
/// constructor throws bad_input unless floor < reference < bound, all finite and less than 1.8e308 apart.
class TermCurve {
 public:
  explicit TermCurve(const Anchors& anchors);
  [[nodiscard]] double operator()(double value) const;

 private:
  /// ln((value - floor) / (bound - floor)) for floor < value < bound; below zero and finite.
  [[nodiscard]] double log_share(double value, double bound) const;

  Anchors anchors_;
  double span_;           ///< bound - floor; without a bound reference - floor
  double log_share_ref_;  ///< log_share(reference), which fixes gamma = ln 0.5 / log_share_ref; unused
                          ///< without a bound
};

/// TermCurve(anchors)(value).
[[nodiscard]] double term_score(double value, const Anchors& anchors);

struct Weighted {
  double score;
  double weight;
};
/// Weighted arithmetic mean. A score that is not a number counts as 0, here and below; 0 for none.
[[nodiscard]] double setting_score(std::span<const Weighted> terms);
/// Geometric mean over settings: one failing setting sinks the task.
[[nodiscard]] double task_score(std::span<const double> settings);
/// Arithmetic mean; 0 for none.
[[nodiscard]] double mean(std::span<const double> values);
/// Overall: arithmetic mean of areas, each of which is the mean of its tasks; areas without tasks are left
/// out.
[[nodiscard]] double overall(std::span<const std::vector<double>> tasks_by_area);

}  // namespace mls::score
