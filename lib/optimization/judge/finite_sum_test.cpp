#include "lib/optimization/judge/finite_sum.hpp"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>

#include "core/rng.hpp"
#include "lib/optimization/judge/models.hpp"

namespace mls::optimization {
namespace {

Rows random_rows(int n, int dim, Rng& rng) {
  Rows rows(n, dim);
  for (Eigen::Index i = 0; i < rows.size(); ++i) rows.data()[i] = rng.normal();
  return rows;
}

Vector random_vector(int dim, Rng& rng) {
  Vector x(dim);
  for (double& value : x) value = rng.normal();
  return x;
}

Vector random_signs(int n, Rng& rng) {
  Vector signs(n);
  for (double& value : signs) value = rng.bernoulli(0.5) ? 1 : -1;
  return signs;
}

TEST(Newton, FindsTheLogisticMinimum) {
  Rng rng(1);
  // Nearly separable data and little regularisation: far from quadratic.
  const int n = 200;
  Rows rows = random_rows(n, 20, rng);
  Vector signs = random_signs(n, rng);
  for (int i = 0; i < n; ++i) rows(i, 0) = 2 * signs[i] + 0.5 * rng.normal();
  const LogisticSum sum(rows, signs, 1e-6);
  const Minimum minimum = newton_minimum(sum);
  EXPECT_LT(minimum.gradient_norm, 1e-10);
  for (int i = 0; i < 20; ++i) {
    const Vector other = minimum.point + 0.01 * random_vector(sum.dim(), rng);
    EXPECT_GT(sum.value(other, sum.all()), minimum.value);
  }
}

TEST(Newton, IsExactForRidge) {
  Rng rng(2);
  const Rows rows = random_rows(90, 30, rng);
  const Vector targets = random_vector(90, rng);
  const double l2 = 0.01;
  const Minimum minimum = newton_minimum(RidgeSum(rows, targets, l2));
  const Matrix normal = rows.transpose() * rows / 90.0 + l2 * Matrix::Identity(30, 30);
  const Vector solution = normal.ldlt().solve(rows.transpose() * targets / 90.0);
  EXPECT_LT(minimum.gradient_norm, 1e-12);
  EXPECT_LT((minimum.point - solution).norm(), 1e-10);
}

TEST(Constants, BoundTheHessian) {
  Rng rng(3);
  const LogisticSum logistic(random_rows(64, 10, rng), random_signs(64, rng), 0.1);
  const RidgeSum ridge(random_rows(64, 10, rng), random_vector(64, rng), 0.1);
  for (const ConvexSum* sum :
       {static_cast<const ConvexSum*>(&logistic), static_cast<const ConvexSum*>(&ridge)}) {
    const Constants constants = sum->constants();
    const Vector x = random_vector(10, rng);
    Matrix hessian;
    sum->hessian(x, hessian);
    const Vector values = hessian.selfadjointView<Eigen::Lower>().eigenvalues();
    EXPECT_LE(values.maxCoeff(), constants.smoothness * (1 + 1e-12));
    EXPECT_GE(values.minCoeff(), constants.strong_convexity * (1 - 1e-12));
    EXPECT_GT(constants.strong_convexity, 0);
    for (int i = 0; i < 64; ++i) {
      EXPECT_LE(curvature(*sum, x, {i, 1}, 30), constants.component_smoothness * (1 + 1e-6));
    }
  }
}

TEST(Curvature, IsTheLargestEigenvalue) {
  Rng rng(4);
  const RidgeSum sum(random_rows(100, 8, rng), random_vector(100, rng), 0);
  EXPECT_NEAR(curvature(sum, Vector::Zero(8), sum.all(), 200), sum.constants().smoothness, 1e-6);
}

TEST(GramSpectrum, OfAKnownMatrix) {
  Rows rows = Rows::Zero(4, 2);
  rows(0, 0) = 2;
  rows(1, 1) = 4;
  const Spectrum spectrum = gram_spectrum(rows);
  EXPECT_DOUBLE_EQ(spectrum.largest, 4);
  EXPECT_DOUBLE_EQ(spectrum.smallest, 1);
}

}  // namespace
}  // namespace mls::optimization
