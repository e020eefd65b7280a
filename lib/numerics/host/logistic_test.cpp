#include "lib/numerics/host/logistic.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/rng.hpp"

namespace mls::numerics {
namespace {

TEST(Logistic, WithoutFeaturesItIsTheLogOddsOfTheMean) {
  const std::vector<double> target = {1, 0, 0, 0};
  EXPECT_NEAR(fit_logistic({}, 0, target).intercept, std::log(1.0 / 3), 1e-5);
}

TEST(Logistic, RecoversItsOwnModel) {
  Rng rng(1);
  std::vector<double> features;
  std::vector<double> target;  // the probabilities themselves: the fit is exact
  for (int i = 0; i < 300; ++i) {
    const double a = rng.normal();
    const double b = rng.normal();
    features.insert(features.end(), {a, b});
    target.push_back(1 / (1 + std::exp(-(2 * a - b + 0.5))));
  }
  const Logistic model = fit_logistic(features, 2, target);
  EXPECT_NEAR(model.coefficient[0], 2, 1e-3);
  EXPECT_NEAR(model.coefficient[1], -1, 1e-3);
  EXPECT_NEAR(model.intercept, 0.5, 1e-3);
}

TEST(Logistic, SeparableDataStayFinite) {
  const std::vector<double> features = {-2, -1, 1, 2};
  const std::vector<double> target = {0, 0, 1, 1};
  const Logistic model = fit_logistic(features, 1, target);
  EXPECT_TRUE(std::isfinite(model.coefficient[0]));
  EXPECT_GT(model.coefficient[0], 5);
}

}  // namespace
}  // namespace mls::numerics
