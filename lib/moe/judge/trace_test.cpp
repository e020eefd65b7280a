#include "lib/moe/judge/trace.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mls::moe {
namespace {

constexpr TraceSpec calm{
    .layers = 2, .batches = 60, .experts = 64, .tokens = 32768, .skew = 1.2, .persistence = 0.97, .jump = 0};

Trace trace(const TraceSpec& spec, std::uint64_t seed = 1) {
  return {spec, Rng(seed).split(1), Rng(seed).split(2)};
}

/// Mean over batches of half the sum of absolute differences of shares `lag` batches apart.
double change(const Trace& trace, int lag) {
  const TraceSpec& spec = trace.spec();
  double total = 0;
  for (int t = lag; t < spec.batches; ++t) {
    const auto now = trace.tokens(0, t, 1);
    const auto before = trace.tokens(0, t - lag, 1);
    for (std::size_t e = 0; e < now.size(); ++e) total += std::abs(double{now[e]} - before[e]);
  }
  return total / 2 / spec.tokens / (spec.batches - lag);
}

TEST(Multinomial, CountsEveryDrawAndFollowsTheProbabilities) {
  const std::vector<double> probabilities{0.5, 0.3, 0.15, 0.05, 0.0};
  std::vector<float> counts(5);
  Rng rng(7);
  draw_multinomial(probabilities, 1000000, rng, counts);
  EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), 0.0), 1e6);
  for (std::size_t i = 0; i < 5; ++i) {
    const double deviation = std::sqrt(1e6 * probabilities[i] * (1 - probabilities[i]));
    EXPECT_NEAR(counts[i], 1e6 * probabilities[i], 4 * deviation) << i;
  }
}

TEST(Multinomial, OneCertainOutcome) {
  std::vector<float> counts(3);
  Rng rng(1);
  draw_multinomial(std::vector<double>{0, 1, 0}, 100, rng, counts);
  EXPECT_EQ(counts, (std::vector<float>{0, 100, 0}));
}

TEST(Cap, SpreadsWhatIsAbove) {
  std::vector<double> probabilities{0.7, 0.2, 0.08, 0.02};
  cap(probabilities, 0.4);  // 0.4 and 0.6 for the others: the second is then at 0.4 as well
  EXPECT_NEAR(probabilities[0], 0.4, 1e-12);
  EXPECT_NEAR(probabilities[1], 0.4, 1e-12);
  EXPECT_NEAR(probabilities[2], 0.16, 1e-12);
  EXPECT_NEAR(probabilities[3], 0.04, 1e-12);
}

TEST(Cap, LeavesWhatIsBelow) {
  const std::vector<double> even{0.25, 0.25, 0.3, 0.2};
  std::vector<double> capped = even;
  cap(capped, 0.5);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(capped[i], even[i], 1e-15);
}

TEST(Cap, NothingAboveIsLeft) {
  Rng rng(3);
  for (int repeat = 0; repeat < 200; ++repeat) {
    std::vector<double> probabilities(40);
    double total = 0;
    for (double& p : probabilities) total += p = std::exp(3 * rng.normal());
    for (double& p : probabilities) p /= total;
    cap(probabilities, 0.125);
    EXPECT_NEAR(std::accumulate(probabilities.begin(), probabilities.end(), 0.0), 1, 1e-12);
    EXPECT_LE(*std::max_element(probabilities.begin(), probabilities.end()), 0.125 + 1e-12);
  }
}

TEST(Trace, RoutesEveryTokenAndIsReproducible) {
  const Trace one = trace(calm);
  const Trace same = trace(calm);
  for (int l = 0; l < 2; ++l) {
    const auto all = one.tokens(l, 0, 60);
    EXPECT_TRUE(std::ranges::equal(all, same.tokens(l, 0, 60)));
    for (int t = 0; t < 60; ++t) {
      const auto batch = one.tokens(l, t, 1);
      EXPECT_EQ(std::accumulate(batch.begin(), batch.end(), 0.0), 32768);
      EXPECT_EQ(batch.data(), all.data() + 64 * t);
    }
  }
}

TEST(Trace, TailsAreHeavyAndGrowWithSkew) {
  const auto largest = [](double skew) {
    TraceSpec spec = calm;
    spec.skew = skew;
    spec.batches = 1;
    double sum = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const Trace made = trace(spec, seed);
      const auto batch = made.tokens(0, 0, 1);
      sum += *std::max_element(batch.begin(), batch.end()) * 64 / 32768;
    }
    return sum / 20;
  };
  EXPECT_NEAR(largest(0), 1, 0.2);
  EXPECT_GT(largest(1.2), 4);
  EXPECT_GT(largest(1.6), largest(1.2));
}

TEST(Trace, PopularityDriftsAndJumpsAreAbrupt) {
  TraceSpec jumpy = calm;
  jumpy.jump = 1;
  EXPECT_GT(change(trace(calm), 1), 0.01);
  EXPECT_GT(change(trace(calm), 8), 1.5 * change(trace(calm), 1));
  EXPECT_GT(change(trace(jumpy), 1), 1.5 * change(trace(calm), 1));
}

TEST(Trace, NoExpertIsHotByItsIndex) {
  std::vector<double> total(64);
  TraceSpec spec = calm;
  spec.batches = 1;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const Trace made = trace(spec, seed);
    const auto batch = made.tokens(1, 0, 1);
    for (std::size_t e = 0; e < 64; ++e) total[e] += batch[e];
  }
  const double mean = std::accumulate(total.begin(), total.end(), 0.0) / 64;
  for (const double sum : total) EXPECT_NEAR(sum / mean, 1, 0.5);
}

}  // namespace
}  // namespace mls::moe
