#include "score/scorer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "core/error.hpp"

namespace mls::score {
namespace {

const TermAnchors& anchors_for(const task::Task& task, const Calibration& calibration,
                               const task::Setting& setting, std::size_t term) {
  const auto found = calibration.anchors.find(setting.id);
  const bool fits = found != calibration.anchors.end() && found->second.size() == setting.terms.size() &&
                    found->second[term].metric == setting.terms[term].metric;
  if (fits) return found->second[term];
  throw bad_input(fmt::format(
      "task {}: the calibration has no anchors for term {} (metric {}) of setting {}; run `mls calibrate {}`",
      task.id, term, setting.terms[term].metric, setting.id, task.id));
}

// Mean and variance of a product of independent factors.
class Product {
 public:
  void multiply(const Moments& factor) {
    const double square = factor.mean() * factor.mean();
    variance_ = variance_ * (factor.variance() + square) + square_ * factor.variance();
    square_ *= square;
  }
  [[nodiscard]] double variance() const { return variance_; }

 private:
  double square_ = 1;
  double variance_ = 0;
};

// Transformed values of one metric over the seeds; false as soon as a run failed.
bool append_values(const task::Metric& metric, task::Transform transform, std::span<const Metrics> seeds,
                   std::vector<double>& values) {
  for (const auto& metrics : seeds) {
    const auto raw = metrics.find(metric.id);
    if (raw == metrics.end()) return false;
    const auto value = value_of(metric, transform, raw->second);
    if (!value) return false;
    values.push_back(*value);
  }
  return true;
}

// One row of seeds for each term; empty as soon as a run failed.
template <typename Terms>
std::vector<double> values_of(const Terms& terms, std::span<const Metrics> seeds) {
  std::vector<double> values;
  values.reserve(terms.size() * seeds.size());
  for (const auto& term : terms) {
    if (seeds.empty() || !append_values(term.metric, term.transform, seeds, values)) return {};
  }
  return values;
}

double weighted_sum(std::span<const double> values, std::span<const double> weights) {
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) sum += weights[i] * values[i];
  return sum;
}

}  // namespace

Scorer::Scorer(const task::Task& task, const Calibration& calibration)
    : task_(task.id), resamples_(static_cast<std::size_t>(std::max(task.seeds, 1))) {
  for (const auto& setting : task.settings) {
    Setting& compiled = settings_.emplace_back(Setting{setting.id, setting.hidden, {}});
    for (std::size_t i = 0; i < setting.terms.size(); ++i) {
      const task::Term& term = setting.terms[i];
      const TermAnchors& anchors = anchors_for(task, calibration, setting, i);
      compiled.terms.push_back(
          {task.metric(term.metric), term.transform, term.weight, TermCurve(anchors.anchors)});
    }
  }
}

void Scorer::require_known(const Runs& runs) const {
  for (const auto& [id, seeds] : runs) {
    if (std::ranges::any_of(settings_, [&](const Setting& setting) { return setting.id == id; })) continue;
    throw bad_input(
        fmt::format("task {}: found runs of a setting '{}', which the task does not have", task_, id));
  }
}

double Scorer::score_under(const Setting& setting, std::span<const double> values,
                           std::span<const double> weights, std::span<Weighted> terms) {
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const auto row = values.subspan(i * weights.size(), weights.size());
    terms[i] = {setting.terms[i].curve(weighted_sum(row, weights)), setting.terms[i].weight};
  }
  return setting_score(terms);
}

Scorer::Scored Scorer::score_setting(const Setting& setting, std::span<const Metrics> seeds, double exponent,
                                     Errors errors) const {
  SettingScore result{setting.id, setting.hidden, 0, 0, std::vector<double>(setting.terms.size(), 0.0)};
  const std::vector<double> values = values_of(setting.terms, seeds);
  if (values.empty()) return {std::move(result), Moments(0)};

  const auto row = [&](std::size_t term) {
    return std::span(values).subspan(term * seeds.size(), seeds.size());
  };
  std::vector<Weighted> terms(setting.terms.size());
  for (std::size_t i = 0; i < terms.size(); ++i) {
    result.terms[i] = setting.terms[i].curve(mean(row(i)));
    terms[i] = {result.terms[i], setting.terms[i].weight};
  }
  result.score = setting_score(terms);
  Moments root(std::pow(result.score, exponent));
  if (errors == Errors::none || seeds.size() == 1) return {std::move(result), root};

  std::optional<Resamples> other;
  const Resamples& resamples = seeds.size() == resamples_.units() ? resamples_ : other.emplace(seeds.size());
  Moments score(result.score);
  for (std::size_t sample = 0; sample < resamples.size(); ++sample) {
    const double resampled = score_under(setting, values, resamples.weights(sample), terms);
    score.add(resamples.probability(sample), resampled);
    root.add(resamples.probability(sample), std::pow(resampled, exponent));
  }
  result.standard_error = std::sqrt(score.variance());
  return {std::move(result), root};
}

TaskScore Scorer::operator()(const Runs& runs, Errors errors) const {
  require_known(runs);
  TaskScore result;
  result.settings.reserve(runs.size());
  std::vector<double> scores;
  Product product;
  for (const auto& setting : settings_) {
    const auto found = runs.find(setting.id);
    if (found == runs.end()) continue;
    auto scored = score_setting(setting, found->second, 1.0 / static_cast<double>(runs.size()), errors);
    scores.push_back(scored.setting.score);
    product.multiply(scored.root);
    result.settings.push_back(std::move(scored.setting));
  }
  result.score = task_score(scores);
  result.standard_error = std::sqrt(product.variance());
  return result;
}

std::vector<double> Scorer::scores_under(const Setting& setting, std::span<const Metrics> seeds,
                                         std::span<const std::span<const double>> weights) {
  std::vector<double> scores(weights.size(), 0.0);
  const std::vector<double> values = values_of(setting.terms, seeds);
  if (values.empty()) return scores;
  std::vector<Weighted> terms(setting.terms.size());
  for (std::size_t i = 0; i < weights.size(); ++i)
    scores[i] = score_under(setting, values, weights[i], terms);
  return scores;
}

TaskScore score_runs(const task::Task& task, const Calibration& calibration, const Runs& runs) {
  return Scorer(task, calibration)(runs);
}

std::vector<BaselineScore> baseline_scores(const task::Task& task, const Calibration& calibration,
                                           bool visible_only) {
  const Scorer scorer(task, calibration);
  std::vector<BaselineScore> result;
  for (const auto& baseline : calibration.baselines) {
    Runs runs;
    for (const auto& setting : task.settings) {
      if (visible_only && setting.hidden) continue;
      auto& seeds = runs[setting.id];
      const auto found = baseline.settings.find(setting.id);
      if (found == baseline.settings.end()) continue;
      for (const auto& run : found->second) seeds.push_back(run.metrics);
    }
    result.push_back({baseline.id, scorer(runs)});
  }
  return result;
}

}  // namespace mls::score
