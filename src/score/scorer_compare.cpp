#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "score/scorer.hpp"

namespace mls::score {
namespace {

// Over resamples of a pair: what the variance of a difference, also one of products, is made of.
struct PairMoments {
  double first = 0;
  double second = 0;
  double first_squared = 0;
  double second_squared = 0;
  double both = 0;

  void add(double probability, double one, double other) {
    first += probability * one;
    second += probability * other;
    first_squared += probability * one * one;
    second_squared += probability * other * other;
    both += probability * one * other;
  }
  // Settings are independent, so that moments of products are products of moments.
  void multiply(const PairMoments& factor) {
    first *= factor.first;
    second *= factor.second;
    first_squared *= factor.first_squared;
    second_squared *= factor.second_squared;
    both *= factor.both;
  }
  [[nodiscard]] double variance_of_difference() const {
    const double mean = first - second;
    return std::max(first_squared + second_squared - 2 * both - mean * mean, 0.0);
  }
};

// Of samples that belong together, after `exponent`.
PairMoments moments_of(const Resamples& resamples, std::span<const double> first,
                       std::span<const double> second, double exponent) {
  PairMoments moments;
  for (std::size_t i = 0; i < resamples.size(); ++i)
    moments.add(resamples.probability(i), std::pow(first[i], exponent), std::pow(second[i], exponent));
  return moments;
}

Difference difference_of(double value, const PairMoments& moments, std::size_t seeds) {
  Difference difference{value, std::sqrt(moments.variance_of_difference()), std::nullopt};
  if (seeds < 2) return difference;
  const double half = student_t_975(seeds - 1) * difference.standard_error;
  difference.interval = Interval{value - half, value + half};
  return difference;
}

// Weights that pick one seed after the other, then those of the resamples.
class Weights {
 public:
  explicit Weights(const Resamples& resamples) : picks_(resamples.units() * resamples.units(), 0.0) {
    const std::size_t seeds = resamples.units();
    for (std::size_t i = 0; i < seeds; ++i) {
      picks_[i * seeds + i] = 1;
      rows_.push_back(std::span(picks_).subspan(i * seeds, seeds));
    }
    for (std::size_t i = 0; i < resamples.size(); ++i) rows_.push_back(resamples.weights(i));
  }
  [[nodiscard]] std::span<const std::span<const double>> rows() const { return rows_; }

 private:
  std::vector<double> picks_;
  std::vector<std::span<const double>> rows_;
};

std::size_t seeds_in(const Runs& runs, const std::string& setting) {
  const auto at = runs.find(setting);
  return at == runs.end() ? 0 : at->second.size();
}

void count_pairs(PairedScores& result, std::span<const double> first, std::span<const double> second,
                 double tie) {
  for (std::size_t i = 0; i < first.size(); ++i) {
    const double difference = first[i] - second[i];
    ++(std::abs(difference) <= tie ? result.ties : difference > 0 ? result.wins : result.losses);
  }
}

}  // namespace

PairedScores Scorer::compare(const Runs& first, const Runs& second, double tie) const {
  const TaskScore one = (*this)(first, Errors::none);
  const TaskScore other = (*this)(second, Errors::none);
  const double exponent = 1.0 / static_cast<double>(std::max<std::size_t>(first.size(), 1));
  PairedScores result;
  PairMoments product{1, 1, 1, 1, 1};
  std::size_t fewest = 0;
  for (const auto& setting : settings_) {
    const std::size_t seeds = seeds_in(first, setting.id);
    if (seeds != seeds_in(second, setting.id)) {
      throw bad_input(
          fmt::format("task {}: found {} and {} runs of setting {}, expected as many of both to compare",
                      task_, seeds, seeds_in(second, setting.id), setting.id));
    }
    if (seeds == 0) continue;
    fewest = fewest == 0 ? seeds : std::min(fewest, seeds);
    const Resamples resamples(seeds);
    const Weights weights(resamples);
    const auto scores = scores_under(setting, first.at(setting.id), weights.rows());
    const auto others = scores_under(setting, second.at(setting.id), weights.rows());
    count_pairs(result, std::span(scores).first(seeds), std::span(others).first(seeds), tie);
    const auto samples = std::span(scores).subspan(seeds);
    const auto other_samples = std::span(others).subspan(seeds);
    const std::size_t row = result.settings.size();
    const double value = one.settings.at(row).score - other.settings.at(row).score;
    result.settings.push_back(
        {setting.id, setting.hidden,
         difference_of(value, moments_of(resamples, samples, other_samples, 1), seeds)});
    product.multiply(moments_of(resamples, samples, other_samples, exponent));
  }
  result.task = difference_of(one.score - other.score, product, fewest);
  return result;
}

}  // namespace mls::score
