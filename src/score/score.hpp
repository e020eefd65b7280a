// From raw metrics to scores: transforms, anchors, aggregation (docs/scores.md). Pure functions; scores are in [0, 1].
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "task/task.hpp"

namespace mls::score {

/// Raw metric -> higher-is-better value: clipped at chance, transformed, signed. `log` needs raw > 0 and `log1m` raw < 1;
/// values beyond are moved to 1e-12 of the limit. Not finite in -> nullopt (a failed run).
[[nodiscard]] std::optional<double> value_of(const task::Metric& metric, task::Transform transform, double raw);

/// Of one term, in transformed values: floor = worst baseline's seed mean, reference = best baseline's.
struct Anchors {
  double floor = 0;
  double reference = 0;
  std::optional<double> bound;  ///< transformed attainable limit
};

/// floor -> 0, reference -> 0.5, bound -> 1, monotone, clamped to [0, 1]. Requires reference > floor and bound > reference
/// (throws bad_input otherwise).
[[nodiscard]] double term_score(double value, const Anchors& anchors);

struct Weighted {
  double score;
  double weight;
};
/// Weighted arithmetic mean.
[[nodiscard]] double setting_score(std::span<const Weighted> terms);
/// Geometric mean over settings: one failing setting sinks the task.
[[nodiscard]] double task_score(std::span<const double> settings);
/// Arithmetic mean; 0 for none.
[[nodiscard]] double mean(std::span<const double> values);
/// Overall: arithmetic mean of areas, each of which is the mean of its tasks; areas without tasks are left out.
[[nodiscard]] double overall(std::span<const std::vector<double>> tasks_by_area);

}  // namespace mls::score
