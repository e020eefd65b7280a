#include "quality/calibration_gates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "core/error.hpp"
#include "evaluate/evaluate.hpp"
#include "report/format.hpp"
#include "score/statistics.hpp"
#include "task/sources.hpp"

namespace mls::quality {
namespace {

constexpr double least_settings = 3;
constexpr double least_separation = 4;
// Beyond it the curve's exponent is above 13 and a score measures noise.
constexpr double most_of_the_way = 0.95;

/// `difference` in standard errors: infinite when the seeds do not differ by more than rounding.
double in_errors(double difference, double error) {
  constexpr double rounding = 1e-12;
  if (error > rounding * std::abs(difference)) return difference / error;
  return std::copysign(std::numeric_limits<double>::infinity(), difference);
}

const score::BaselineRecord& record_of(const score::Calibration& calibration, const std::string& baseline) {
  const auto at = std::ranges::find(calibration.baselines, baseline, &score::BaselineRecord::id);
  if (at == calibration.baselines.end()) {
    throw bad_input(fmt::format(
        "{}: found no baseline '{}' in the calibration, expected every baseline; run `mls calibrate {}`",
        calibration.task, baseline, calibration.task));
  }
  return *at;
}

std::vector<double> raw_values(const score::BaselineRecord& record, const std::string& setting,
                               const std::string& metric) {
  std::vector<double> values;
  for (const auto& run : record.settings.at(setting)) values.push_back(run.metrics.at(metric));
  return values;
}

/// Transformed values, more is better; finite, since the calibration's anchors were made of them.
std::vector<double> term_values(const task::Task& task, const task::Term& term,
                                const score::BaselineRecord& record, const std::string& setting) {
  std::vector<double> values = raw_values(record, setting, term.metric);
  for (double& value : values)
    value = score::value_of(task.metric(term.metric), term.transform, value).value_or(0);
  return values;
}

Fact fact_of(const task::Task& task, const score::Calibration& calibration, task::Expectation expectation) {
  const double sign = task.metric(expectation.metric).direction == task::Direction::lower ? -1 : 1;
  const auto better =
      raw_values(record_of(calibration, expectation.better), expectation.setting, expectation.metric);
  const auto than =
      raw_values(record_of(calibration, expectation.than), expectation.setting, expectation.metric);
  std::vector<double> differences;
  for (std::size_t i = 0; i < std::min(better.size(), than.size()); ++i)
    differences.push_back(sign * (better[i] - than[i]));
  const double difference = score::mean(differences);
  const double error = score::standard_error(differences);
  Fact fact{std::move(expectation), score::mean(better), score::mean(than), 0, false};
  fact.holds = sign * (fact.better_mean - fact.than_mean) > 0;
  fact.errors = in_errors(difference, error);
  return fact;
}

struct Separation {
  std::string where;
  double ratio = 0;  ///< infinite when the seeds do not differ
};

Separation separation_of(const task::Task& task, const score::Calibration& calibration,
                         const task::Setting& setting, std::size_t index) {
  const task::Term& term = setting.terms[index];
  const score::TermAnchors& anchors = calibration.anchors.at(setting.id).at(index);
  double error = 0;
  for (const std::string& baseline : {anchors.floor_baseline, anchors.reference_baseline}) {
    const auto values = term_values(task, term, record_of(calibration, baseline), setting.id);
    // One seed says nothing about spread.
    error = std::max(
        error, values.size() < 2 ? std::numeric_limits<double>::infinity() : score::standard_error(values));
  }
  const double distance = std::abs(anchors.anchors.reference - anchors.anchors.floor);
  return {fmt::format("{} {} ({} to {})", setting.id, term.metric, anchors.floor_baseline,
                      anchors.reference_baseline),
          in_errors(distance, error)};
}

}  // namespace

Gate transfer_gate(const task::Task& task) {
  Gate gate{"transfer",         false,          static_cast<double>(task.settings.size()),
            Relation::at_least, least_settings, ""};
  const auto hidden = std::ranges::count_if(task.settings, &task::Setting::hidden);
  std::string twins;
  for (auto one = task.settings.begin(); one != task.settings.end(); ++one) {
    const auto twin = std::find_if(task.settings.begin(), one,
                                   [&](const auto& other) { return other.params == one->params; });
    if (twin != one) twins += fmt::format("; {} and {} have the same parameters", twin->id, one->id);
  }
  gate.passed = *gate.value >= gate.bound && hidden >= 1 && twins.empty();
  gate.detail = fmt::format("{}, {} hidden (at least 1){}",
                            report::count_text(task.settings.size(), "setting"), hidden, twins);
  return gate;
}

Gate start_gate(const task::Task& task, const score::Calibration& calibration) {
  const auto scores = score::baseline_scores(task, calibration, false);
  const auto start = std::ranges::find_if(task.baselines, &task::Baseline::start);
  if (start == task.baselines.end() || scores.empty()) {
    return {"start", false, {}, Relation::below, 0, "no baseline is marked as the start"};
  }
  const auto score_of = [](const score::BaselineScore& one) { return one.score.score; };
  const auto best = std::ranges::max_element(scores, {}, score_of);
  const auto own = std::ranges::find(scores, start->id, &score::BaselineScore::id);
  Gate gate{"start", false, 100 * own->score.score, Relation::below, 100 * best->score.score, ""};
  gate.passed = *gate.value < gate.bound;
  gate.detail = fmt::format("task score of the start method {}, best baseline {}", start->id, best->id);
  return gate;
}

std::vector<Fact> facts_of(const task::Task& task, const score::Calibration& calibration) {
  std::vector<Fact> facts;
  for (const auto& expectation : task.expectations) {
    for (const auto& setting : task.settings) {
      if (expectation.setting != "*" && expectation.setting != setting.id) continue;
      task::Expectation one = expectation;
      one.setting = setting.id;
      facts.push_back(fact_of(task, calibration, std::move(one)));
    }
  }
  return facts;
}

std::string text_of(const task::Task& task, const Fact& fact) {
  const auto& [setting, metric, better, than, source] = fact.expectation;
  const bool lower = task.metric(metric).direction == task::Direction::lower;
  return fmt::format("{}: {} of {} ({}) is not {} than of {} ({}), against {}", setting, metric, better,
                     report::metric_text(fact.better_mean), lower ? "lower" : "higher", than,
                     report::metric_text(fact.than_mean), source);
}

Gate reproduction_gate(const task::Task& task, const score::Calibration& calibration) {
  const auto facts = facts_of(task, calibration);
  if (facts.empty()) {
    return {"reproduction",     false, 0,
            Relation::at_least, 1,     "task.toml states no published fact: add [[expect]]"};
  }
  const auto held = std::ranges::count_if(facts, &Fact::holds);
  const double count = static_cast<double>(facts.size());
  Gate gate{"reproduction", false, static_cast<double>(held), Relation::at_least, count, ""};
  gate.passed = *gate.value >= count;
  for (const auto& fact : facts) {
    if (!fact.holds) gate.detail += (gate.detail.empty() ? "" : "; ") + text_of(task, fact);
  }
  if (gate.passed) {
    const auto weakest = std::ranges::min_element(facts, {}, &Fact::errors);
    gate.detail = fmt::format("weakest: {} over {} in {} {}, {:.1f} paired standard errors",
                              weakest->expectation.better, weakest->expectation.than,
                              weakest->expectation.setting, weakest->expectation.metric, weakest->errors);
  }
  return gate;
}

Gate separation_gate(const task::Task& task, const score::Calibration& calibration) {
  Gate gate{"separation", true, {}, Relation::at_least, least_separation, ""};
  Separation smallest{"", std::numeric_limits<double>::infinity()};
  std::string failures;
  for (const auto& setting : task.settings) {
    for (std::size_t i = 0; i < setting.terms.size(); ++i) {
      const Separation one = separation_of(task, calibration, setting, i);
      if (one.ratio < smallest.ratio) smallest = one;
      if (one.ratio >= gate.bound) continue;
      gate.passed = false;
      failures += fmt::format("{}{} {:.1f}", failures.empty() ? "" : "; ", one.where, one.ratio);
    }
  }
  if (std::isfinite(smallest.ratio)) gate.value = smallest.ratio;
  if (!gate.passed) {
    gate.detail = failures + (task.seeds < 2 ? " (one seed says nothing about spread)" : "");
  } else {
    gate.detail = gate.value ? "smallest: " + smallest.where : "seeds do not differ in any term";
  }
  return gate;
}

Gate head_room_gate(const task::Task& task, const score::Calibration& calibration) {
  Gate gate{
      "head-room", true, {}, Relation::at_most, most_of_the_way, "no term is bounded: nothing to exhaust"};
  std::string failures;
  for (const auto& setting : task.settings) {
    for (const auto& [metric, anchors, floor, reference] : calibration.anchors.at(setting.id)) {
      if (!anchors.bound) continue;
      const double share = (anchors.reference - anchors.floor) / (*anchors.bound - anchors.floor);
      const std::string where = fmt::format("{} {} ({})", setting.id, metric, reference);
      if (!gate.value || share > *gate.value) {
        gate.value = share;
        gate.detail = "nearest to its bound: " + where;
      }
      if (share <= most_of_the_way) continue;
      gate.passed = false;
      failures += fmt::format("{}{} has gone {:.1f} % of the way from floor to bound",
                              failures.empty() ? "" : "; ", where, 100 * share);
    }
  }
  if (!gate.passed) gate.detail = failures + ": leave the bound out and score log or log1m";
  return gate;
}

Gate calibration_gate(const score::Calibration& calibration, const score::Present& present) {
  const auto stale = score::stale_parts(calibration, present);
  Gate gate{"calibration", stale.empty(), static_cast<double>(stale.size()), Relation::at_most, 0, ""};
  gate.detail =
      stale.empty()
          ? fmt::format("anchors follow from the raw values of {}; sources are those it was measured from",
                        report::count_text(calibration.baselines.size(), "baseline"))
          : fmt::format("stale: {}; run `mls calibrate {}`", fmt::join(stale, "; "), calibration.task);
  return gate;
}

Gate not_calibrated(std::string name, Relation relation, double bound, const std::string& why) {
  return {std::move(name), false, {}, relation, bound, why};
}

score::Present present_of(const std::filesystem::path& root, const task::Task& task) {
  score::Present present{task::task_hash(root, task), evaluate::public_seal().id, {}};
  for (const auto& baseline : task.baselines) {
    present.method_sha256[baseline.id] = evaluate::load_method(task.source_of(baseline)).sha256;
  }
  return present;
}

std::vector<Gate> calibration_gates(const std::filesystem::path& root, const task::Task& task) {
  std::vector<Gate> gates{transfer_gate(task)};
  try {
    const auto calibration = score::load_calibration(task);
    gates.push_back(start_gate(task, calibration));
    gates.push_back(reproduction_gate(task, calibration));
    gates.push_back(separation_gate(task, calibration));
    gates.push_back(head_room_gate(task, calibration));
    gates.push_back(calibration_gate(calibration, present_of(root, task)));
  } catch (const Error& error) {
    const std::string why = "there is no usable calibration";
    gates.resize(1);
    gates.push_back(not_calibrated("start", Relation::below, 50, why));
    gates.push_back(not_calibrated("reproduction", Relation::at_least,
                                   static_cast<double>(task.expectations.size()), why));
    gates.push_back(not_calibrated("separation", Relation::at_least, least_separation, why));
    gates.push_back(not_calibrated("head-room", Relation::at_most, most_of_the_way, why));
    gates.push_back({"calibration", false, {}, Relation::at_most, 0, error.what()});
  }
  return gates;
}

}  // namespace mls::quality
