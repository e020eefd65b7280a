#include "score/statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/students_t.hpp>

#include "core/error.hpp"
#include "core/rng.hpp"
#include "score/score.hpp"

namespace mls::score {
namespace {

constexpr std::size_t most_listed_units = 7;  // 924 samples; 8 units would have 3432
constexpr std::size_t drawn_samples = 1000;
constexpr std::uint64_t bootstrap_seed = 20260101;

std::size_t draws_of(std::size_t units) { return std::max<std::size_t>(units - 1, 1); }

}  // namespace

double standard_deviation(std::span<const double> values) {
  if (values.size() < 2) return 0;
  const double centre = mean(values);
  double sum = 0;
  for (const double value : values) sum += (value - centre) * (value - centre);
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

double standard_error(std::span<const double> values) {
  if (values.empty()) return 0;
  return standard_deviation(values) / std::sqrt(static_cast<double>(values.size()));
}

Estimate mean(std::span<const Estimate> estimates) {
  if (estimates.empty()) return {};
  double sum = 0;
  double variance = 0;
  for (const auto& estimate : estimates) {
    sum += estimate.value;
    variance += estimate.standard_error * estimate.standard_error;
  }
  const auto count = static_cast<double>(estimates.size());
  return {sum / count, std::sqrt(variance) / count};
}

Estimate overall(std::span<const std::vector<Estimate>> tasks_by_area) {
  std::vector<Estimate> areas;
  for (const auto& tasks : tasks_by_area) {
    if (!tasks.empty()) areas.push_back(mean(tasks));
  }
  return mean(areas);
}

double student_t_975(std::size_t degrees) {
  return boost::math::quantile(boost::math::students_t(static_cast<double>(degrees)), 0.975);
}

Resamples::Resamples(std::size_t units) : units_(units) {
  if (units < 1) throw bad_input("bootstrap over seeds: found no seed, expected at least one");
  if (units > most_listed_units) {
    draw(drawn_samples);
    return;
  }
  std::vector<int> counts(units, 0);
  const auto draws = static_cast<int>(draws_of(units));
  list_all(counts, 0, draws, std::tgamma(draws + 1) / std::pow(static_cast<double>(units), draws));
}

// Counts c of the units with sum `draws` have probability draws! / (c_1! ... c_n!) / n^draws; `probability`
// holds what the units before `unit` leave of it.
void Resamples::list_all(std::vector<int>& counts, std::size_t unit, int left, double probability) {
  if (unit + 1 == units_) {
    counts[unit] = left;
    add(counts, probability / std::tgamma(left + 1));
    return;
  }
  for (int count = 0; count <= left; ++count) {
    counts[unit] = count;
    list_all(counts, unit + 1, left - count, probability / std::tgamma(count + 1));
  }
}

void Resamples::draw(std::size_t samples) {
  Rng rng(bootstrap_seed);
  std::vector<int> counts(units_);
  for (std::size_t sample = 0; sample < samples; ++sample) {
    std::ranges::fill(counts, 0);
    for (std::size_t i = 0; i < draws_of(units_); ++i) ++counts[rng.below(units_)];
    add(counts, 1.0 / static_cast<double>(samples));
  }
}

void Resamples::add(std::span<const int> counts, double probability) {
  probabilities_.push_back(probability);
  const auto draws = static_cast<double>(draws_of(units_));
  for (const int count : counts) weights_.push_back(count / draws);
}

double Moments::variance() const { return std::max(second_ - first_ * first_, 0.0); }

Comparison compare(std::span<const double> first, std::span<const double> second, double tie) {
  if (first.size() != second.size()) {
    throw bad_input(fmt::format("paired comparison: found {} and {} values, expected as many of both",
                                first.size(), second.size()));
  }
  Comparison result;
  std::vector<double> differences;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const double difference = first[i] - second[i];
    if (!std::isfinite(difference)) {
      throw bad_input(fmt::format("paired comparison: pair {} is {} and {}, expected finite values", i,
                                  first[i], second[i]));
    }
    ++(std::abs(difference) <= tie ? result.ties : difference > 0 ? result.wins : result.losses);
    differences.push_back(difference);
  }
  result.difference = mean(differences);
  result.standard_error = standard_error(differences);
  if (differences.size() >= 2) {
    const double half = student_t_975(differences.size() - 1) * result.standard_error;
    result.interval = Interval{result.difference - half, result.difference + half};
  }
  return result;
}

}  // namespace mls::score
