#include "lib/bandit/shared/bernoulli_kl.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/rng.hpp"

namespace mls::bandit {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The textbook way, slow and obviously right.
double upper_by_bisection(double p, double level) {
  double below = p;
  double above = 1;
  for (int i = 0; i < 200; ++i) {
    const double middle = (below + above) / 2;
    (bernoulli_kl(p, middle) <= level ? below : above) = middle;
  }
  return below;
}

TEST(BernoulliKl, KnownValues) {
  EXPECT_DOUBLE_EQ(bernoulli_kl(0.5, 0.25), 0.5 * std::log(4.0 / 3.0));
  EXPECT_DOUBLE_EQ(bernoulli_kl(0.0, 0.3), -std::log(0.7));
  EXPECT_DOUBLE_EQ(bernoulli_kl(1.0, 0.3), -std::log(0.3));
  EXPECT_EQ(bernoulli_kl(0.4, 0.4), 0);
  EXPECT_EQ(bernoulli_kl(0.0, 0.0), 0);
  EXPECT_EQ(bernoulli_kl(1.0, 1.0), 0);
  EXPECT_EQ(bernoulli_kl(0.5, 1.0), infinity);
  EXPECT_EQ(bernoulli_kl(0.5, 0.0), infinity);
}

TEST(BernoulliKl, PinskerBoundsItFromBelow) {
  Rng rng(1);
  for (int i = 0; i < 1000; ++i) {
    const double p = rng.uniform();
    const double q = rng.uniform();
    EXPECT_GE(bernoulli_kl(p, q), 2 * (p - q) * (p - q));
  }
}

TEST(BernoulliKlUpper, AgreesWithBisection) {
  Rng rng(2);
  for (int i = 0; i < 20000; ++i) {
    const int trials = 1 + static_cast<int>(rng.below(3000));
    const double p = static_cast<double>(rng.below(static_cast<std::uint64_t>(trials) + 1)) / trials;
    const double level = std::exp(rng.uniform(std::log(1e-6), std::log(20.0)));
    EXPECT_NEAR(bernoulli_kl_upper(p, level), upper_by_bisection(p, level), 1e-11) << p << " " << level;
  }
}

TEST(BernoulliKlUpper, EndsOfTheRange) {
  EXPECT_EQ(bernoulli_kl_upper(0.3, 0), 0.3);
  EXPECT_EQ(bernoulli_kl_upper(0.3, infinity), 1);
  EXPECT_EQ(bernoulli_kl_upper(1, 0.1), 1);
  EXPECT_NEAR(bernoulli_kl_upper(0, 0.1), -std::expm1(-0.1), 1e-15);
  EXPECT_EQ(bernoulli_kl_upper(0.3, 1000), 1);
}

TEST(BernoulliKlUpper, GrowsWithMeanAndLevel) {
  for (double level = 1e-4; level < 5; level *= 1.7) {
    for (double p = 0; p < 0.99; p += 0.01) {
      EXPECT_LE(bernoulli_kl_upper(p, level), bernoulli_kl_upper(p + 0.01, level));
      EXPECT_LE(bernoulli_kl_upper(p, level), bernoulli_kl_upper(p, level * 1.01));
    }
  }
}

}  // namespace
}  // namespace mls::bandit
