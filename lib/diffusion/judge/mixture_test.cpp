#include "lib/diffusion/judge/mixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "lib/diffusion/judge/rotations.hpp"

namespace mls::diffusion {
namespace {

Vector random_vector(int dim, double scale, Rng& rng) {
  Vector values(dim);
  for (double& value : values) value = scale * rng.normal();
  return values;
}

Component random_component(int label, int dim, Rng& rng) {
  return {label, rng.uniform(0.5, 2), random_vector(dim, 2, rng), random_orthogonal(dim, rng),
          random_vector(dim, 1, rng).array().square() + 0.05};
}

Mixture random_mixture(int dim, Rng& rng) {
  return Mixture({random_component(0, dim, rng), random_component(0, dim, rng), random_component(1, dim, rng),
                  random_component(1, dim, rng)});
}

double log_density(const Mixture& mixture, const Vector& x, double sigma, int label = -1) {
  double sum = 0;
  for (const Component& component : mixture.components()) {
    if (label >= 0 && component.label != label) continue;
    const Vector along = component.axes.transpose() * (x - component.mean);
    const Vector variances = component.variances.array() + sigma * sigma;
    sum += component.weight *
           std::exp(-0.5 * (along.array().square() / variances.array() + variances.array().log()).sum());
  }
  return std::log(sum);
}

/// Tweedie's formula with the score by central differences.
Vector tweedie(const Mixture& mixture, const Vector& x, double sigma, int label = -1) {
  constexpr double h = 1e-5;
  Vector result = x;
  for (Eigen::Index i = 0; i < x.size(); ++i) {
    const Vector step = h * Vector::Unit(x.size(), i);
    const double slope =
        (log_density(mixture, x + step, sigma, label) - log_density(mixture, x - step, sigma, label)) /
        (2 * h);
    result[i] += sigma * sigma * slope;
  }
  return result;
}

TEST(Mixture, DenoisesAsItsScoreSays) {
  Rng rng(1);
  const Mixture mixture = random_mixture(3, rng);
  for (const double sigma : {0.1, 0.7, 3.0}) {
    const Matrix x = random_vector(3, 2, rng).transpose();
    const Matrix denoised = mixture.denoise(x, sigma);
    EXPECT_LT((denoised.transpose() - tweedie(mixture, x.transpose(), sigma)).norm(), 1e-6);
    const int label[] = {1};
    const Matrix guided = mixture.denoise_guided(x, sigma, label, 2.5);
    const Vector own = tweedie(mixture, x.transpose(), sigma, 1);
    const Vector expected = denoised.transpose() + 2.5 * (own - denoised.transpose());
    EXPECT_LT((guided.transpose() - expected).norm(), 1e-5);
  }
}

TEST(Mixture, FarNoiseGivesTheMeanAndNoNoiseThePoint) {
  Rng rng(2);
  const Mixture mixture = random_mixture(4, rng);
  const Matrix x = random_vector(4, 1, rng).transpose();
  EXPECT_LT((mixture.denoise(x, 1e6).transpose() - mixture.mean()).norm(), 1e-4);
  EXPECT_LT((mixture.denoise(x, 0) - x).norm(), 1e-9);
  EXPECT_TRUE(mixture.denoise(1e8 * x, 0.01).allFinite());
}

TEST(Mixture, DrawsHaveItsMoments) {
  Rng rng(3);
  const Mixture mixture = random_mixture(3, rng);
  const Draws draws = mixture.sample(200000, rng);
  const Vector mean = draws.x.colwise().mean();
  const Matrix centred = draws.x.rowwise() - mean.transpose();
  const Matrix covariance = centred.transpose() * centred / 200000.0;
  EXPECT_LT((mean - mixture.mean()).norm(), 0.03);
  EXPECT_LT((covariance - mixture.covariance()).norm(), 0.02 * mixture.covariance().norm());
}

TEST(Mixture, DenoisingIsTheBestGuess) {
  Rng rng(4);
  const Mixture mixture = random_mixture(3, rng);
  const Matrix clean = mixture.sample(20000, rng).x;
  Matrix noisy = clean;
  for (double& value : noisy.reshaped<Eigen::RowMajor>()) value += 0.8 * rng.normal();
  const Matrix guess = mixture.denoise(noisy, 0.8);
  // The error of a posterior mean is uncorrelated with what it was made from.
  const double error = (guess - clean).squaredNorm();
  EXPECT_NEAR((guess - clean).cwiseProduct(noisy).sum() / error, 0, 0.03);
  EXPECT_LT(error, (mixture.denoise(noisy, 0.6) - clean).squaredNorm());
  EXPECT_LT(error, (mixture.denoise(noisy, 1.1) - clean).squaredNorm());
}

TEST(Mixture, SurvivesStorage) {
  Rng rng(5);
  const Mixture mixture = random_mixture(3, rng);
  const Mixture again = Mixture::unflattened(mixture.flattened(), 3);
  const Matrix x = random_vector(3, 2, rng).transpose();
  EXPECT_LT((mixture.denoise(x, 0.5) - again.denoise(x, 0.5)).norm(), 1e-13);
  EXPECT_THROW((void)Mixture::unflattened(mixture.flattened(), 4), std::invalid_argument);
}

TEST(FitMixture, FindsSeparateClusters) {
  Rng rng(6);
  Matrix rows(4000, 2);
  std::vector<int> labels;
  const double centres[4][2] = {{-5, 0}, {5, 0}, {0, 7}, {0, -7}};
  for (Eigen::Index i = 0; i < rows.rows(); ++i) {
    const auto* centre = centres[i % 4];
    rows.row(i) << centre[0] + rng.normal(), centre[1] + 0.5 * rng.normal();
    labels.push_back(i % 4 < 2 ? 3 : 8);
  }
  const Mixture mixture = fit_mixture(rows, labels, 2, rng);
  ASSERT_EQ(mixture.components().size(), 4U);
  for (const Component& component : mixture.components()) {
    EXPECT_NEAR(component.weight, 0.25, 1e-9);
    EXPECT_EQ(component.label, std::abs(component.mean[0]) > 2 ? 3 : 8);
    // 0.98 of 1 and 0.25, and 0.02 of their mean
    EXPECT_NEAR(component.variances.maxCoeff(), 0.98 + 0.0127, 0.1);
    EXPECT_NEAR(component.variances.minCoeff(), 0.245 + 0.0127, 0.03);
  }
  EXPECT_THROW((void)fit_mixture(rows.topRows(4), std::span(labels).first(4), 2, rng), std::invalid_argument);
}

}  // namespace
}  // namespace mls::diffusion
