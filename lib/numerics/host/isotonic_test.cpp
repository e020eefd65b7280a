#include "lib/numerics/host/isotonic.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/rng.hpp"

namespace mls::numerics {
namespace {

TEST(Isotonic, PoolsByHand) {
  const std::vector<double> x = {4, 1, 2, 3};
  const std::vector<double> y = {5, 1, 4, 2};  // in order of x: 1 4 2 5
  const MonotoneCurve curve = fit_isotonic(x, y);
  EXPECT_EQ(curve.x, (std::vector<double>{1, 2, 3, 4}));
  EXPECT_EQ(curve.y, (std::vector<double>{1, 3, 3, 5}));
  EXPECT_EQ(curve(0), 1);
  EXPECT_EQ(curve(2.5), 3);
  EXPECT_EQ(curve(3.5), 4);
  EXPECT_EQ(curve(9), 5);
}

TEST(Isotonic, MonotoneDataStayAndDecreasingDataBecomeTheMean) {
  const std::vector<double> x = {1, 2, 3};
  EXPECT_EQ(fit_isotonic(x, std::vector<double>{1, 2, 4}).y, (std::vector<double>{1, 2, 4}));
  const MonotoneCurve flat = fit_isotonic(x, std::vector<double>{4, 2, 0});
  EXPECT_EQ(flat(1), 2);
  EXPECT_EQ(flat(3), 2);
}

TEST(Isotonic, EqualArgumentsShareOneValue) {
  const MonotoneCurve curve = fit_isotonic(std::vector<double>{1, 1, 1, 2}, std::vector<double>{0, 1, 1, 1});
  EXPECT_NEAR(curve(1), 2.0 / 3, 1e-15);
  EXPECT_EQ(curve(2), 1);
}

TEST(Isotonic, IsTheProjection) {
  // The residual of a projection on a cone is orthogonal to the fit, and sums to zero since constants are in
  // the cone.
  Rng rng(1);
  std::vector<double> x;
  std::vector<double> y;
  for (int i = 0; i < 200; ++i) {
    x.push_back(rng.uniform());
    y.push_back(rng.bernoulli(x.back()) ? 1 : 0);
  }
  const MonotoneCurve curve = fit_isotonic(x, y);
  EXPECT_TRUE(std::ranges::is_sorted(curve.y));
  double sum = 0;
  double product = 0;
  for (int i = 0; i < 200; ++i) {
    sum += y[i] - curve(x[i]);
    product += (y[i] - curve(x[i])) * curve(x[i]);
  }
  EXPECT_NEAR(sum, 0, 1e-9);
  EXPECT_NEAR(product, 0, 1e-9);
}

}  // namespace
}  // namespace mls::numerics
