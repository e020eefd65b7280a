#include "score/calibration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/error.hpp"

namespace mls::score {
namespace {

struct Mean {
  const std::string* baseline;
  double value;
};

// Seed mean of one term's transformed metric.
double seed_mean(const task::Task& task, const task::Setting& setting, const task::Term& term,
                 const BaselineRecord& baseline) {
  const auto where = [&] {
    return fmt::format("task {}: baseline {}, setting {}", task.id, baseline.id, setting.id);
  };
  const auto runs = baseline.settings.find(setting.id);
  if (runs == baseline.settings.end() || runs->second.empty()) {
    throw bad_input(fmt::format("{}: found no run, expected one for each of {} seeds", where(), task.seeds));
  }
  const task::Metric& metric = task.metric(term.metric);
  std::vector<double> values;
  for (const auto& run : runs->second) {
    const auto raw = run.metrics.find(term.metric);
    const auto value =
        raw == run.metrics.end() ? std::nullopt : value_of(metric, term.transform, raw->second);
    if (!value) {
      throw bad_input(fmt::format("{}, seed {}: metric {} is {}, expected a finite number", where(), run.seed,
                                  term.metric,
                                  raw == run.metrics.end() ? "missing" : fmt::format("{}", raw->second)));
    }
    values.push_back(*value);
  }
  return mean(values);
}

// Of a term with a bound: the transformed limit, which must lie beyond the best baseline.
double bound_of(const task::Metric& metric, task::Transform transform, double raw, const Mean& best,
                const std::string& where) {
  const auto bound = value_of(metric, transform, raw);
  if (bound && *bound > best.value) return *bound;
  throw bad_input(
      fmt::format("{}: the bound {} is not beyond the best baseline {} (transformed: {} against {}); give "
                  "the theoretical limit, or "
                  "leave the bound out and score the term on log or log1m",
                  where, raw, *best.baseline, bound ? fmt::format("{}", *bound) : "not finite", best.value));
}

TermAnchors anchors_of_term(const task::Task& task, const task::Setting& setting, const task::Term& term,
                            const std::vector<BaselineRecord>& baselines) {
  std::vector<Mean> means;
  means.reserve(baselines.size());
  for (const auto& baseline : baselines) {
    means.push_back({&baseline.id, seed_mean(task, setting, term, baseline)});
  }
  const auto where = fmt::format("task {}: setting {}, metric {}", task.id, setting.id, term.metric);
  // The first of equals, for both ends.
  const auto floor = std::ranges::min_element(means, {}, &Mean::value);
  const auto reference = std::ranges::max_element(means, {}, &Mean::value);
  if (means.empty() || !(reference->value > floor->value)) {
    throw bad_input(
        fmt::format("{}: found {} baselines that all reach the same value, expected a worst and a better "
                    "one; choose a metric or "
                    "setting that tells them apart, or check the judge",
                    where, means.size()));
  }
  TermAnchors result{
      term.metric, {floor->value, reference->value, {}}, *floor->baseline, *reference->baseline};
  if (term.bound) {
    result.anchors.bound = bound_of(task.metric(term.metric), term.transform, *term.bound, *reference, where);
  }
  return result;
}

}  // namespace

std::map<std::string, std::vector<TermAnchors>> anchors_of(const task::Task& task,
                                                           const std::vector<BaselineRecord>& baselines) {
  std::map<std::string, std::vector<TermAnchors>> result;
  for (const auto& setting : task.settings) {
    auto& terms = result[setting.id];
    for (const auto& term : setting.terms) terms.push_back(anchors_of_term(task, setting, term, baselines));
  }
  return result;
}

std::vector<std::string> stale_parts(const Calibration& calibration, const Present& present) {
  std::vector<std::string> result;
  const auto compare = [&](const std::string& what, const std::string& measured, const std::string& now) {
    if (measured != now) result.push_back(fmt::format("{}: calibrated with {}, now {}", what, measured, now));
  };
  compare("task sources", calibration.task_sha256, present.task_sha256);
  compare("seal", calibration.seal, present.seal);
  for (const auto& baseline : calibration.baselines) {
    const auto now = present.method_sha256.find(baseline.id);
    compare("baseline " + baseline.id, baseline.method_sha256,
            now == present.method_sha256.end() ? "none" : now->second);
  }
  for (const auto& [id, hash] : present.method_sha256) {
    if (std::ranges::none_of(calibration.baselines,
                             [&](const auto& baseline) { return baseline.id == id; })) {
      compare("baseline " + id, "none", hash);
    }
  }
  return result;
}

}  // namespace mls::score
