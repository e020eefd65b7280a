#include "lib/bandit/host/ridge.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>

#include "core/rng.hpp"

namespace mls::bandit {
namespace {

TEST(Ridge, KnowsNothingAtFirst) {
  const Ridge ridge(3, 2.0);
  const std::vector<double> x = {1, 2, 3};
  EXPECT_EQ(ridge.predict(x), 0);
  EXPECT_DOUBLE_EQ(ridge.variance(x), 14 / 2.0);
}

TEST(Ridge, AgreesWithTheNormalEquations) {
  constexpr int dim = 7;
  constexpr double lambda = 0.5;
  Rng rng(3);
  Ridge ridge(dim, lambda);
  Eigen::MatrixXd a = lambda * Eigen::MatrixXd::Identity(dim, dim);
  Eigen::VectorXd b = Eigen::VectorXd::Zero(dim);
  std::vector<double> x(dim);
  for (int i = 0; i < 5000; ++i) {
    for (double& value : x) value = rng.normal();
    const double y = rng.normal() + 3 * x[2];
    const Eigen::Map<const Eigen::VectorXd> column(x.data(), dim);
    a += column * column.transpose();
    b += y * column;
    ridge.update(x, y);
  }
  const Eigen::VectorXd theta = a.ldlt().solve(b);
  const Eigen::Map<const Eigen::VectorXd> column(x.data(), dim);
  EXPECT_NEAR(ridge.predict(x), theta.dot(column), 1e-11);
  EXPECT_NEAR(ridge.variance(x), column.dot(a.ldlt().solve(column)), 1e-13);
  for (int i = 0; i < dim; ++i) EXPECT_NEAR(ridge.theta()[static_cast<std::size_t>(i)], theta[i], 1e-12);
}

}  // namespace
}  // namespace mls::bandit
