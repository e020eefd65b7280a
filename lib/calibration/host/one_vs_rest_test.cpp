#include "lib/calibration/host/one_vs_rest.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace mls::calibration {
namespace {

/// Maps everything to the share of hits it was fitted on.
EventMap fit_rate(std::span<const double>, std::span<const double> hit) {
  double sum = 0;
  for (const double h : hit) sum += h;
  return [rate = sum / static_cast<double>(hit.size())](double) { return rate; };
}

EventMap fit_identity(std::span<const double>, std::span<const double>) {
  return [](double p) { return p; };
}

TEST(OneVsRest, EveryClassGetsItsOwnMap) {
  const Probabilities prob = Probabilities::Constant(4, 3, 1.0 / 3);
  const std::vector<int> label = {0, 0, 1, 2};
  OneVsRest model;
  model.fit(prob, label, fit_rate);
  const Probabilities out = model.predict(prob);
  EXPECT_NEAR(out(0, 0), 0.5, 1e-15);
  EXPECT_NEAR(out(3, 1), 0.25, 1e-15);
  EXPECT_NEAR(out(3, 2), 0.25, 1e-15);
}

TEST(OneVsRest, TwoClassesUseClassOneAlone) {
  Probabilities prob(2, 2);
  prob << 0.9, 0.1, 0.2, 0.8;
  const std::vector<int> label = {0, 1};
  OneVsRest model;
  int calls = 0;
  model.fit(prob, label, [&](std::span<const double> p, std::span<const double> hit) {
    ++calls;
    EXPECT_EQ(p[0], 0.1);
    EXPECT_EQ(hit[1], 1);
    return EventMap([](double q) { return q * q; });
  });
  EXPECT_EQ(calls, 1);
  EXPECT_NEAR(model.predict(prob)(1, 1), 0.64, 1e-15);
  EXPECT_NEAR(model.predict(prob)(1, 0), 0.36, 1e-15);
}

TEST(OneVsRest, IdentityMapsKeepDistributions) {
  Probabilities prob(1, 3);
  prob << 0.5, 0.25, 0.25;
  OneVsRest model;
  model.fit(prob, std::vector<int>{0}, fit_identity);
  EXPECT_EQ(model.predict(prob), prob);
}

}  // namespace
}  // namespace mls::calibration
