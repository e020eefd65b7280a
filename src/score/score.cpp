#include "score/score.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.hpp"

namespace mls::score {
namespace {

constexpr double tiny_raw = 1e-12;  // how near a raw metric may come to the pole of its logarithm
constexpr double tiny = std::numeric_limits<double>::min();
constexpr double half_log3 = 0.549306144334054846;

double clip_at_chance(const task::Metric& metric, double raw) {
  if (!metric.chance) return raw;
  return metric.direction == task::Direction::higher ? std::max(raw, *metric.chance)
                                                     : std::min(raw, *metric.chance);
}

// A share of what can be scored; NaN is none of it.
double clamp_score(double score) { return score > 0 ? std::min(score, 1.0) : 0.0; }

void require_order(const Anchors& anchors) {
  const bool ordered =
      anchors.reference > anchors.floor && (!anchors.bound || *anchors.bound > anchors.reference);
  const double top = anchors.bound.value_or(anchors.reference);
  if (ordered && std::isfinite(top - anchors.floor)) return;
  throw bad_input(fmt::format(
      "anchors of a score term: found floor {}, reference {}, bound {}; expected finite values with "
      "floor < reference < bound (higher is better, after the transform)",
      anchors.floor, anchors.reference, anchors.bound ? fmt::format("{}", *anchors.bound) : "none"));
}

}  // namespace

std::optional<double> value_of(const task::Metric& metric, task::Transform transform, double raw) {
  if (!std::isfinite(raw)) return std::nullopt;
  const double x = clip_at_chance(metric, raw);
  const double sign = metric.direction == task::Direction::higher ? 1.0 : -1.0;
  switch (transform) {
    case task::Transform::identity:
      return sign * x;
    case task::Transform::log:
      return sign * std::log(std::max(x, tiny_raw));
    // ln(1 - x) falls where x grows, hence the other sign.
    case task::Transform::log1m:
      return -sign * std::log(std::max(1.0 - x, tiny_raw));
  }
  return std::nullopt;
}

TermCurve::TermCurve(const Anchors& anchors) : anchors_(anchors), span_(0), log_share_ref_(-1) {
  require_order(anchors);
  span_ = anchors.bound.value_or(anchors.reference) - anchors.floor;
  if (anchors.bound) log_share_ref_ = log_share(anchors.reference, *anchors.bound);
}

// Near the bound the share is one minus something small, which log1p keeps precise; the limits keep the
// logarithm away from 0 and -inf where the share is closer to 1 or 0 than doubles tell.
double TermCurve::log_share(double value, double bound) const {
  const double share = (value - anchors_.floor) / span_;
  if (share < 0.5) return std::log(std::max(share, tiny));
  return std::log1p(-std::max((bound - value) / span_, tiny));
}

double TermCurve::operator()(double value) const {
  if (!std::isfinite(value) || value <= anchors_.floor) return 0;
  if (value == anchors_.reference) return 0.5;
  // 2 sigmoid((x - floor) / lambda) - 1 with lambda = (reference - floor) / ln 3.
  if (!anchors_.bound) return std::tanh((value - anchors_.floor) / span_ * half_log3);
  if (value >= *anchors_.bound) return 1;
  // share^gamma with gamma = ln 0.5 / log_share_ref.
  return std::exp2(-log_share(value, *anchors_.bound) / log_share_ref_);
}

double term_score(double value, const Anchors& anchors) { return TermCurve(anchors)(value); }

double setting_score(std::span<const Weighted> terms) {
  double sum = 0;
  double weights = 0;
  for (const auto& term : terms) {
    sum += term.weight * clamp_score(term.score);
    weights += term.weight;
  }
  return clamp_score(sum / weights);  // 0 / 0 without terms
}

double task_score(std::span<const double> settings) {
  if (settings.empty()) return 0;
  double logs = 0;
  for (const double score : settings) logs += std::log2(clamp_score(score));
  return std::exp2(logs / static_cast<double>(settings.size()));
}

double mean(std::span<const double> values) {
  if (values.empty()) return 0;
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double overall(std::span<const std::vector<double>> tasks_by_area) {
  std::vector<double> areas;
  for (const auto& tasks : tasks_by_area) {
    if (tasks.empty()) continue;
    double sum = 0;
    for (const double score : tasks) sum += clamp_score(score);
    areas.push_back(sum / static_cast<double>(tasks.size()));
  }
  return mean(areas);
}

}  // namespace mls::score
