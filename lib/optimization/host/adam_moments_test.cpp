#include "lib/optimization/host/adam_moments.hpp"

#include <gtest/gtest.h>

namespace mls::optimization {
namespace {

TEST(AdamMoments, FirstDirectionIsTheSign) {
  AdamMoments<Eigen::ArrayXXf> moments;
  Eigen::ArrayXXf gradient(1, 3);
  gradient << 1e-3F, -4, 0;
  const Eigen::ArrayXXf direction = moments.direction(gradient, {});
  EXPECT_NEAR(direction(0), 1, 1e-4);
  EXPECT_NEAR(direction(1), -1, 1e-4);
  EXPECT_EQ(direction(2), 0);
}

TEST(AdamMoments, SecondDirectionByHand) {
  AdamMoments<Eigen::ArrayXXf> moments;
  const AdamDecays decays{.beta1 = 0.5F, .beta2 = 0.75F, .epsilon = 0};
  (void)moments.direction(Eigen::ArrayXXf::Constant(1, 1, 1), decays);
  // m = 0.25 + 0.5 x 3 = 1.75, over 0.75; v = 0.1875 + 0.25 x 9 = 2.4375, over 0.4375.
  const Eigen::ArrayXXf direction = moments.direction(Eigen::ArrayXXf::Constant(1, 1, 3), decays);
  EXPECT_NEAR(direction(0), 1.75 / 0.75 / std::sqrt(2.4375 / 0.4375), 1e-5);
}

}  // namespace
}  // namespace mls::optimization
