#include "lib/rl/host/value_losses.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/rng.hpp"

namespace mls::rl {
namespace {

Eigen::VectorXf random_column(int size, Rng& rng) {
  Eigen::VectorXf out(size);
  for (float& v : out) v = static_cast<float>(rng.normal());
  return out;
}

/// The loss as it is defined, in double precision.
double quantile_huber(const Eigen::VectorXf& quantiles, const Eigen::VectorXf& targets, double kappa) {
  double loss = 0;
  for (Eigen::Index i = 0; i < quantiles.size(); ++i) {
    const double level = (static_cast<double>(i) + 0.5) / static_cast<double>(quantiles.size());
    for (const float target : targets) {
      const double u = static_cast<double>(target) - static_cast<double>(quantiles[i]);
      const double huber = std::abs(u) <= kappa ? u * u / 2 : kappa * (std::abs(u) - kappa / 2);
      loss += std::abs(level - (u < 0 ? 1 : 0)) * huber / kappa / static_cast<double>(targets.size());
    }
  }
  return loss;
}

TEST(RlSoftmax, SumsToOneWithoutOverflow) {
  Eigen::VectorXf out(3);
  softmax(Eigen::Vector3f(1000, 1000, -1000), out);
  EXPECT_FLOAT_EQ(out[0], 0.5F);
  EXPECT_FLOAT_EQ(out.sum(), 1);
}

TEST(RlSoftMaximum, LiesBetweenMaximumAndItsEntropyBonus) {
  const Eigen::Vector3f values(1, 2, 1.99F);
  EXPECT_NEAR(soft_maximum(values, 1e-4F), 2, 1e-3);
  EXPECT_NEAR(soft_maximum(values, 1), std::log(std::exp(1.0) + std::exp(2.0) + std::exp(1.99)), 1e-5);
  EXPECT_NEAR(soft_maximum(Eigen::Vector2f(-500, -500), 0.03F), -500 + 0.03 * std::log(2.0), 1e-4);
}

TEST(RlProjection, KeepsMassAndMeanInsideTheSupport) {
  const Support support{.low = -10, .high = 10, .atoms = 51};
  Rng rng(1);
  Eigen::VectorXf p(51);
  softmax(random_column(51, rng), p);
  Eigen::VectorXf out(51);
  project(support, p, 0.37F, 0.9F, out);
  EXPECT_NEAR(out.sum(), 1, 1e-5);
  EXPECT_GE(out.minCoeff(), 0);
  EXPECT_NEAR(out.dot(support.points()), 0.37F + 0.9F * p.dot(support.points()), 1e-3);
}

TEST(RlProjection, IsTheIdentityForNoRewardAndNoDiscounting) {
  const Support support{.low = -1, .high = 1, .atoms = 5};
  const Eigen::VectorXf p = Eigen::VectorXf::LinSpaced(5, 0.1F, 0.3F);
  Eigen::VectorXf out(5);
  project(support, p, 0, 1, out);
  EXPECT_LT((out - p).cwiseAbs().maxCoeff(), 1e-6);
}

TEST(RlProjection, TerminalRewardIsAPointBetweenItsNeighbours) {
  const Support support{.low = 0, .high = 4, .atoms = 5};
  Eigen::VectorXf out(5);
  project(support, Eigen::VectorXf::Constant(5, 0.2F), 2.25F, 0, out);
  EXPECT_NEAR(out[2], 0.75, 1e-6);
  EXPECT_NEAR(out[3], 0.25, 1e-6);
  project(support, Eigen::VectorXf::Constant(5, 0.2F), 100, 0, out);
  EXPECT_NEAR(out[4], 1, 1e-6);
}

TEST(RlHistogram, HasTheMeanOfItsGaussian) {
  const Support support{.low = -10, .high = 10, .atoms = 51};
  Eigen::VectorXf out(51);
  for (const float mean : {-3.1F, 0.0F, 4.44F}) {
    gaussian_histogram(support, mean, 0.75F * support.width(), out);
    EXPECT_NEAR(out.sum(), 1, 1e-5);
    EXPECT_NEAR(out.dot(support.points()), mean, 1e-2);
  }
  gaussian_histogram(support, 1e6F, 0.3F, out);
  EXPECT_TRUE(out.allFinite());
  EXPECT_EQ(best(out), 50);
}

TEST(RlQuantiles, GradientAgreesWithDifferences) {
  Rng rng(2);
  Eigen::VectorXf theta = 2 * random_column(7, rng);
  const Eigen::VectorXf targets = 2 * random_column(5, rng);
  for (const float kappa : {0.5F, 1.0F, 3.0F}) {
    Eigen::VectorXf gradient(7);
    quantile_huber_gradient(theta, targets, kappa, gradient);
    for (int i = 0; i < 7; ++i) {
      const float kept = theta[i];
      const float h = 1e-2F;
      theta[i] = kept + h;
      const double above = quantile_huber(theta, targets, static_cast<double>(kappa));
      theta[i] = kept - h;
      const double below = quantile_huber(theta, targets, static_cast<double>(kappa));
      theta[i] = kept;
      EXPECT_NEAR(gradient[i], (above - below) / (2 * static_cast<double>(h)), 2e-2) << kappa << " " << i;
    }
  }
}

TEST(RlQuantiles, DescentFindsQuantiles) {
  Eigen::VectorXf theta = Eigen::VectorXf::Zero(4);
  const Eigen::VectorXf targets = Eigen::VectorXf::LinSpaced(801, 0, 8);  // quantiles at 1, 3, 5, 7
  Eigen::VectorXf gradient(4);
  for (int i = 0; i < 4000; ++i) {
    quantile_huber_gradient(theta, targets, 0.05F, gradient);
    theta -= 0.05F * gradient;
  }
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(theta[i], 1 + 2 * i, 0.1);
}

}  // namespace
}  // namespace mls::rl
