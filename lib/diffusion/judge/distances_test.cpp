#include "lib/diffusion/judge/distances.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace mls::diffusion {
namespace {

Matrix normals(int rows, int dim, double mean, double deviation, Rng& rng) {
  Matrix x(rows, dim);
  for (double& value : x.reshaped<Eigen::RowMajor>()) value = rng.normal(mean, deviation);
  return x;
}

TEST(Distances, EnergyDistanceOfPointsByHand) {
  Matrix x(2, 1);
  x << 0, 1;
  Matrix y(2, 1);
  y << 2, 5;
  EXPECT_DOUBLE_EQ(mean_distance(x, y), (2 + 5 + 1 + 4) / 4.0);
  EXPECT_DOUBLE_EQ(mean_distance_within(x), 1);
  EXPECT_DOUBLE_EQ(energy_distance(x, y), 2 * 3 - 1 - 3);
}

TEST(Distances, EnergyDistanceOfNormalsInClosedForm) {
  // X ~ N(0, 1), Y ~ N(0, s^2): E|N(0, v)| = sqrt(2 v / pi).
  Rng rng(1);
  const double s = 1.5;
  const double expected =
      std::sqrt(2 / M_PI) * (2 * std::sqrt(1 + s * s) - std::sqrt(2.0) - s * std::sqrt(2.0));
  double sum = 0;
  for (int i = 0; i < 10; ++i)
    sum += energy_distance(normals(1000, 1, 0, 1, rng), normals(1000, 1, 0, s, rng)) / 10;
  EXPECT_NEAR(sum, expected, 0.01);
}

TEST(Distances, AreUnbiasedWhereNothingDiffers) {
  Rng rng(2);
  double energy = 0;
  double mmd = 0;
  for (int i = 0; i < 60; ++i) {
    const Matrix x = normals(50, 4, 0, 1, rng);
    const Matrix y = normals(60, 4, 0, 1, rng);
    energy += energy_distance(x, y) / 60;
    mmd += mmd_squared(x, y, 1.5) / 60;
  }
  EXPECT_NEAR(energy, 0, 0.01);
  EXPECT_NEAR(mmd, 0, 0.002);
}

TEST(Distances, CopiesCountAsTooClose) {
  Rng rng(3);
  const Matrix y = normals(1000, 8, 0, 1, rng);
  const Matrix half = normals(50, 8, 0, 1, rng);
  Matrix twice(100, 8);
  twice << half, half;
  EXPECT_GT(energy_distance(twice, y), energy_distance(half, y) + 0.02);
}

TEST(Distances, MmdOfNormalsInClosedForm) {
  // E exp(-|X-Y|^2 / 2w^2) of one-dimensional normals: w / sqrt(w^2 + v) exp(-m^2 / 2(w^2 + v)), v the
  // variance and m the mean of X - Y.
  Rng rng(4);
  const double w = 1;
  const auto kernel = [w](double v, double m) {
    return w / std::sqrt(w * w + v) * std::exp(-m * m / (2 * (w * w + v)));
  };
  const double expected = kernel(2, 0) + kernel(8, 0) - 2 * kernel(5, 1);
  double sum = 0;
  for (int i = 0; i < 40; ++i)
    sum += mmd_squared(normals(800, 1, 0, 1, rng), normals(800, 1, 1, 2, rng), w) / 40;
  EXPECT_NEAR(sum, expected, 0.008);
}

TEST(Distances, SlicedWassersteinOfAShift) {
  // A shift by m moves the projection on u by <m, u>, whose mean size over directions in the plane is
  // 2|m|/pi.
  Rng rng(5);
  const Matrix x = normals(400, 2, 0, 1, rng);
  EXPECT_DOUBLE_EQ(sliced_wasserstein(x, x, 8, rng), 0);
  const Matrix shifted = x.array() + 3;
  EXPECT_NEAR(sliced_wasserstein(x, shifted, 4000, rng), 3 * std::sqrt(2.0) * 2 / M_PI, 0.06);
  Matrix one(1, 2);
  one << 0, 0;
  Matrix two(2, 2);
  two << 1, 0, -1, 0;
  EXPECT_NEAR(sliced_wasserstein(one, two, 4000, rng), 2 / M_PI, 0.02);  // sizes may differ
}

TEST(Distances, FrechetDistanceOfKnownMoments) {
  Rng rng(6);
  Moments a{Vector::Zero(3), Matrix::Identity(3, 3)};
  Moments b{Vector::Constant(3, 2), 4 * Matrix::Identity(3, 3)};
  EXPECT_NEAR(frechet_distance(a, b), 12 + 3 * (1 - 2) * (1 - 2), 1e-12);
  EXPECT_NEAR(frechet_distance(b, b), 0, 1e-12);
  const Moments measured = moments_of(normals(100000, 3, 2, 2, rng));
  EXPECT_NEAR(frechet_distance(measured, b), 0, 0.01);
}

TEST(Distances, FeaturesSeeMoreThanTwoMoments) {
  Rng rng(7);
  Matrix signs(2000, 3);
  for (double& value : signs.reshaped<Eigen::RowMajor>()) value = rng.bernoulli(0.5) ? 1 : -1;
  const Matrix x = normals(2000, 3, 0, 1, rng);
  const Matrix y = normals(2000, 3, 0, 1, rng);
  const RandomFeatures features(3, 16, std::sqrt(3.0), rng);
  const double same = frechet_distance(moments_of(features(x)), moments_of(features(y)));
  const double other = frechet_distance(moments_of(features(x)), moments_of(features(signs)));
  EXPECT_GT(other, 3 * same);
}

}  // namespace
}  // namespace mls::diffusion
