// What an agent expects of a method before it is evaluated, and how well it knew.
//
// A prediction is a mean and a standard deviation of the score (0 ... 100) of one visible setting. Three
// measures tell how good the predictions of a trial were (docs/agents.md, "Predictions"):
// - error: mean of |score - mean|, how far off;
// - calibration: the share of scores within one standard deviation of the mean; 0.68 where the agent knows
//   how sure it may be, less where it is too sure;
// - sharpness: mean standard deviation; small is worth something only with good calibration.
// CRPS, the continuous ranked probability score of the normal distribution that a prediction stands for
// (Gneiting and Raftery, 2007), puts both into one proper score: an agent does best by saying what it
// believes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "trial/trial_log.hpp"

namespace mls::trial {

struct Prediction {
  double score = 0;      ///< 0 ... 100
  double deviation = 0;  ///< above 0, at most 100
};
/// By visible setting.
using Predictions = std::map<std::string, Prediction>;

[[nodiscard]] Json to_json(const Predictions& predictions);
/// {"SETTING": {"score": 40, "deviation": 10}, ...}: any of `settings`, at least one. Throws bad_input naming
/// the setting or field.
[[nodiscard]] Predictions predictions_from_json(const Json& json, const std::vector<std::string>& settings);

/// A prediction and what came of it.
struct Forecast {
  Prediction predicted;
  double score = 0;  ///< 0 ... 100
};

struct Foresight {
  std::size_t predictions = 0;  ///< settings predicted and then measured
  double error = 0;             ///< the measures above; all 0 without predictions
  double calibration = 0;
  double sharpness = 0;
  double crps = 0;  ///< in points of score; 0 is best
  /// Whether what was scored (the submission, else the last test) is the method of the best test, or of one
  /// of those that are equally good. None where no test had a score.
  std::optional<bool> kept_the_best;
};
[[nodiscard]] Json to_json(const Foresight& foresight);
/// One line for people.
[[nodiscard]] std::string foresight_text(const Foresight& foresight);
[[nodiscard]] Foresight foresight_of(const std::vector<Forecast>& forecasts);

/// CRPS of the normal distribution N(mean, deviation^2) at `value`; deviation > 0.
[[nodiscard]] double normal_crps(double mean, double deviation, double value);

/// What was predicted of tests, against what they said, but for tests of a method that was tested before:
/// what they say is known; of the submission, against its scores on the visible settings (`submission`:
/// setting and score, 0 ... 1). What was predicted of a submission that another one replaced does not count.
/// `steps` are those of one trial.
[[nodiscard]] Foresight foresight_of(const std::vector<Step>& steps,
                                     const std::vector<std::pair<std::string, double>>& submission);

}  // namespace mls::trial
