#include "trial/predictions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include "core/error.hpp"

namespace mls::trial {
namespace {

double number_field(const Json& json, const std::string& setting, const char* name) {
  if (!json.is_object() || !json.contains(name) || !json.at(name).is_number())
    throw bad_input(fmt::format("{}: \"{}\" is missing or no number", setting, name));
  const auto value = json.at(name).get<double>();
  if (!(value >= 0 && value <= 100))
    throw bad_input(fmt::format("{}: \"{}\" is {}, must be in 0 ... 100", setting, name, value));
  return value;
}

using Scores = std::vector<std::pair<std::string, double>>;

void append(std::vector<Forecast>& forecasts, const Json& predictions, const Scores& scores) {
  for (const auto& [setting, score] : scores) {
    if (!predictions.is_object() || !predictions.contains(setting)) continue;
    const Json& one = predictions.at(setting);
    forecasts.push_back(
        {{number_field(one, setting, "score"), number_field(one, setting, "deviation")}, 100 * score});
  }
}

/// What is scored of a trial in which something was tested: the last submission, else the last test.
std::string scored_method(const std::vector<Step>& steps) {
  std::string tested;
  std::string submitted;
  for (const Step& step : steps) {
    if (step.report) tested = step.method_sha256;
    if (step.kind == Step::Kind::submission) submitted = step.method_sha256;
  }
  return submitted.empty() ? tested : submitted;
}

/// None where nothing was tested with a score.
std::optional<bool> kept_the_best(const std::vector<Step>& steps) {
  std::optional<double> best;
  for (const Step& step : steps) {
    if (step.report && step.report->score) best = std::max(*step.report->score, best.value_or(0));
  }
  if (!best) return std::nullopt;
  // Several may be equally good.
  return std::ranges::any_of(steps, [&, scored = scored_method(steps)](const Step& step) {
    return step.report && step.report->score == best && step.method_sha256 == scored;
  });
}

}  // namespace

Json to_json(const Predictions& predictions) {
  Json json = Json::object();
  for (const auto& [setting, one] : predictions)
    json[setting] = {{"score", one.score}, {"deviation", one.deviation}};
  return json;
}

Predictions predictions_from_json(const Json& json, const std::vector<std::string>& settings) {
  if (!json.is_object() || json.empty())
    throw bad_input(R"({"SETTING": {"score": 40, "deviation": 10}} is expected, at least one setting)");
  Predictions predictions;
  for (const auto& [setting, one] : json.items()) {
    if (std::ranges::find(settings, setting) == settings.end()) {
      throw bad_input(fmt::format("\"{}\" is no visible setting; there are: {}", setting.substr(0, 80),
                                  fmt::join(settings, ", ")));
    }
    const Prediction prediction{number_field(one, setting, "score"), number_field(one, setting, "deviation")};
    if (prediction.deviation == 0)
      throw bad_input(setting + ": nobody is that sure: \"deviation\" must be above 0");
    predictions[setting] = prediction;
  }
  return predictions;
}

double normal_crps(double mean, double deviation, double value) {
  const double z = (value - mean) / deviation;
  const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
  const double below = std::erfc(-z / std::numbers::sqrt2) / 2;
  return deviation * (z * (2 * below - 1) + 2 * density - std::numbers::inv_sqrtpi);
}

Json to_json(const Foresight& foresight) {
  Json json{{"predictions", foresight.predictions}};
  if (foresight.predictions > 0) {
    json.update(Json{{"error", foresight.error},
                     {"calibration", foresight.calibration},
                     {"sharpness", foresight.sharpness},
                     {"crps", foresight.crps}});
  }
  json["kept_the_best"] = foresight.kept_the_best ? Json(*foresight.kept_the_best) : Json(nullptr);
  return json;
}

std::string foresight_text(const Foresight& foresight) {
  const std::string kept = !foresight.kept_the_best   ? ""
                           : *foresight.kept_the_best ? "; kept its best test"
                                                      : "; kept something else than its best test";
  if (foresight.predictions == 0) return "no predictions" + kept;
  return fmt::format(
      "{} predictions: off by {:.1f} on average, {:.0f} % within one deviation (68 % would be right), "
      "mean deviation {:.1f}, CRPS {:.2f}{}",
      foresight.predictions, foresight.error, 100 * foresight.calibration, foresight.sharpness,
      foresight.crps, kept);
}

Foresight foresight_of(const std::vector<Forecast>& forecasts) {
  Foresight sum;
  sum.predictions = forecasts.size();
  if (forecasts.empty()) return sum;
  const auto count = static_cast<double>(forecasts.size());
  for (const auto& [predicted, score] : forecasts) {
    const double miss = std::abs(score - predicted.score);
    sum.error += miss / count;
    sum.calibration += (miss <= predicted.deviation ? 1 : 0) / count;
    sum.sharpness += predicted.deviation / count;
    sum.crps += normal_crps(predicted.score, predicted.deviation, score) / count;
  }
  return sum;
}

Foresight foresight_of(const std::vector<Step>& steps, const Scores& submission) {
  std::vector<Forecast> forecasts;
  std::set<std::string> tested;
  const Step* last = nullptr;
  for (const Step& step : steps) {
    // A test of the same bytes says the same: to know that is no foresight.
    if (step.report && tested.insert(step.method_sha256).second)
      append(forecasts, step.predictions, step.report->settings);
    if (step.kind == Step::Kind::submission) last = &step;
  }
  if (last != nullptr) append(forecasts, last->predictions, submission);
  Foresight foresight = foresight_of(forecasts);
  foresight.kept_the_best = kept_the_best(steps);
  return foresight;
}

}  // namespace mls::trial
