#include "lib/numerics/host/minimise.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace mls::numerics {
namespace {

double rosenbrock(std::span<const double> x, std::span<double> gradient) {
  const double a = 1 - x[0];
  const double b = x[1] - x[0] * x[0];
  gradient[0] = -2 * a - 400 * x[0] * b;
  gradient[1] = 200 * b;
  return a * a + 100 * b * b;
}

TEST(Lbfgs, SolvesAnIllConditionedQuadratic) {
  const Objective quadratic = [](std::span<const double> x, std::span<double> gradient) {
    double value = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double scale = std::pow(10.0, static_cast<double>(i % 5));
      gradient[i] = scale * (x[i] - 1);
      value += 0.5 * scale * (x[i] - 1) * (x[i] - 1);
    }
    return value;
  };
  const Minimum minimum = minimise_lbfgs(quadratic, std::vector<double>(20));
  for (const double value : minimum.x) EXPECT_NEAR(value, 1, 1e-5);
  EXPECT_LT(minimum.iterations, 200);
}

TEST(Lbfgs, SolvesRosenbrock) {
  const Minimum minimum = minimise_lbfgs(rosenbrock, {-1.2, 1});
  EXPECT_NEAR(minimum.x[0], 1, 1e-4);
  EXPECT_NEAR(minimum.x[1], 1, 1e-4);
}

TEST(Lbfgs, NeverEndsAboveItsStart) {
  std::vector<double> unused(2);
  for (const int iterations : {0, 1, 2, 5}) {
    const Minimum minimum = minimise_lbfgs(rosenbrock, {-1.2, 1}, {.iterations = iterations});
    EXPECT_LE(minimum.value, rosenbrock(std::vector<double>{-1.2, 1}, unused));
  }
}

TEST(Lbfgs, BacksOffFromABarrier) {
  const Objective barrier = [](std::span<const double> x, std::span<double> gradient) {
    if (x[0] <= 0) return std::numeric_limits<double>::infinity();
    gradient[0] = 1 - 1 / x[0];
    return x[0] - std::log(x[0]);
  };
  EXPECT_NEAR(minimise_lbfgs(barrier, {0.01}).x[0], 1, 1e-4);
}

TEST(Golden, FindsInnerAndEdgeMinima) {
  EXPECT_NEAR(minimise_golden([](double x) { return (x - 0.3) * (x - 0.3); }, -1, 2), 0.3, 1e-6);
  EXPECT_NEAR(minimise_golden([](double x) { return x; }, -1, 2), -1, 1e-5);
}

}  // namespace
}  // namespace mls::numerics
