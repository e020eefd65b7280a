// Scores many methods against one calibration: everything that depends on task and calibration alone is
// worked out once.
#pragma once

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

/// Immutable once made, so that threads may share it.
class Scorer {
 public:
  /// Throws bad_input when the calibration lacks the anchors of a setting or has those of other terms.
  Scorer(const task::Task& task, const Calibration& calibration);

  /// As score_runs.
  [[nodiscard]] TaskScore operator()(const Runs& runs, Errors errors = Errors::bootstrap) const;

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
  [[nodiscard]] Scored score_setting(const Setting& setting, std::span<const Metrics> seeds, double exponent,
                                     Errors errors) const;

  std::string task_;
  std::vector<Setting> settings_;
  Resamples resamples_;  ///< for as many seeds as the task has
};

}  // namespace mls::score
