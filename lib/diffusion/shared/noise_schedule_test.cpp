#include "lib/diffusion/shared/noise_schedule.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace mls::diffusion {
namespace {

TEST(NoiseSchedule, VarianceIsKeptWhileTheSignalFades) {
  for (const auto schedule : {cosine_schedule, linear_schedule}) {
    double before = 1;
    for (int i = 1; i <= 100; ++i) {
      const NoiseLevel level = schedule(i / 100.0);
      EXPECT_NEAR(level.alpha * level.alpha + level.sigma * level.sigma, 1, 1e-12);
      EXPECT_LT(level.alpha, before);
      before = level.alpha;
    }
    EXPECT_EQ(schedule(0).alpha, 1);
    EXPECT_EQ(schedule(0).sigma, 0);
    EXPECT_LT(before, 0.01);
  }
}

TEST(NoiseSchedule, LinearIsTheProductOfTheThousandSteps) {
  double product = 1;
  for (int step = 0; step < 1000; ++step) {
    product *= 1 - (1e-4 + (0.02 - 1e-4) * step / 999);
    if (step % 100 != 99) continue;
    const double alpha = linear_schedule((step + 1) / 1000.0).alpha;
    EXPECT_NEAR(std::log(alpha * alpha) / std::log(product), 1, 0.01) << step;
  }
}

TEST(NoiseSchedule, CosineIsInverted) {
  for (const double t : {0.0, 0.1, 0.5, 0.99}) {
    const NoiseLevel level = cosine_schedule(t);
    EXPECT_NEAR(cosine_time(level.sigma / level.alpha), t, 1e-12);
  }
}

}  // namespace
}  // namespace mls::diffusion
