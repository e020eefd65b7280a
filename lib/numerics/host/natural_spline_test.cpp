#include "lib/numerics/host/natural_spline.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <stdexcept>
#include <vector>

namespace mls::numerics {
namespace {

struct Samples {
  std::vector<double> x;
  std::vector<double> y;
  template <typename F>
  explicit Samples(F f, int count = 101) {
    for (int i = 0; i < count; ++i) {
      x.push_back(i / (count - 1.0));
      y.push_back(f(x.back()));
    }
  }
};

TEST(NaturalSpline, ReproducesStraightLines) {
  const Samples line([](double x) { return 2 - 3 * x; });
  const NaturalSpline spline(line.x, line.y, 0, 1, 6);
  for (const double x : {-0.5, 0.0, 0.37, 1.0, 1.5}) {
    EXPECT_NEAR(spline.value(x), 2 - 3 * x, 1e-9);
    EXPECT_NEAR(spline.slope(x), -3, 1e-9);
  }
}

TEST(NaturalSpline, ApproximatesASineOverHalfAPeriod) {
  // Its second derivative vanishes at both ends, as that of a natural spline does.
  const Samples sine([](double x) { return std::sin(std::numbers::pi * x); });
  const NaturalSpline spline(sine.x, sine.y, 0, 1, 6);
  for (const double x : {0.0, 0.13, 0.5, 0.77, 1.0}) {
    EXPECT_NEAR(spline.value(x), std::sin(std::numbers::pi * x), 2e-3);
    EXPECT_NEAR(spline.slope(x), std::numbers::pi * std::cos(std::numbers::pi * x), 5e-2);
  }
}

TEST(NaturalSpline, SlopeIsTheDerivativeAndContinuousAtKnots) {
  const Samples wave([](double x) { return std::sin(7 * x) + x * x; });
  const NaturalSpline spline(wave.x, wave.y, 0, 1, 6);
  for (int i = -10; i <= 110; ++i) {
    const double x = i / 100.0 + 1e-4;
    EXPECT_NEAR(spline.slope(x), (spline.value(x + 1e-6) - spline.value(x - 1e-6)) / 2e-6, 1e-5);
  }
  for (const double knot : {0.2, 0.4, 0.6, 0.8}) {
    EXPECT_NEAR(spline.slope(knot - 1e-9), spline.slope(knot + 1e-9), 1e-6);
  }
}

TEST(NaturalSpline, RefusesTooFewPlaces) {
  const std::vector<double> x = {0.5, 0.5, 0.5};
  const std::vector<double> y = {1, 2, 3};
  EXPECT_THROW(NaturalSpline(x, y, 0, 1, 6), std::invalid_argument);
}

}  // namespace
}  // namespace mls::numerics
