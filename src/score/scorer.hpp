// Scores many methods against one calibration: everything that depends on task and calibration alone is
// worked out once.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "score/calibration.hpp"
#include "score/score.hpp"
#include "score/statistics.hpp"
#include "task/task.hpp"

namespace mls::score {

/// Ranking a million runs needs no standard errors, and they cost several times the scores.
enum class Errors { none, bootstrap };

/// First minus second. Seeds are pairs: both methods met the same draws under the same seed.
struct Difference {
  double value = 0;
  double standard_error = 0;         ///< paired bootstrap over seeds
  std::optional<Interval> interval;  ///< 95 %, Student's t with seeds - 1 degrees; none for one seed
};
/// Two methods on one task.
struct PairedScores {
  struct Setting {
    std::string id;
    bool hidden = false;
    Difference difference;
  };
  Difference task;  ///< of the task scores
  std::vector<Setting> settings;
  /// Runs (a setting with a seed) that first scores higher, within `tie` of each other, and lower.
  int wins = 0;
  int ties = 0;
  int losses = 0;
};

/// Immutable once made, so that threads may share it.
class Scorer {
 public:
  /// Throws bad_input when the calibration lacks the anchors of a setting or has those of other terms.
  Scorer(const task::Task& task, const Calibration& calibration);

  /// As score_runs.
  [[nodiscard]] TaskScore operator()(const Runs& runs, Errors errors = Errors::bootstrap) const;

  /// Throws bad_input unless both have the same settings, each with as many seeds.
  [[nodiscard]] PairedScores compare(const Runs& first, const Runs& second, double tie = 1e-9) const;

 private:
  struct Term {
    task::Metric metric;
    task::Transform transform;
    double weight;
    TermCurve curve;
  };
  struct Setting {
    std::string id;
    bool hidden;
    std::vector<Term> terms;
  };

  struct Scored {
    SettingScore setting;
    Moments root;  ///< of score^(1 / settings), the setting's factor in the geometric mean
  };

  void require_known(const Runs& runs) const;
  /// Setting score under weights of the seeds; `values` holds a row of seeds for each term, `terms` is room
  /// to work in.
  [[nodiscard]] static double score_under(const Setting& setting, std::span<const double> values,
                                          std::span<const double> weights, std::span<Weighted> terms);
  /// Setting scores under each row of weights of the seeds; zeros when a run failed.
  [[nodiscard]] static std::vector<double> scores_under(const Setting& setting,
                                                        std::span<const Metrics> seeds,
                                                        std::span<const std::span<const double>> weights);
  [[nodiscard]] Scored score_setting(const Setting& setting, std::span<const Metrics> seeds, double exponent,
                                     Errors errors) const;

  std::string task_;
  std::vector<Setting> settings_;
  Resamples resamples_;  ///< for as many seeds as the task has
};

}  // namespace mls::score
