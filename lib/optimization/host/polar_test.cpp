#include "lib/optimization/host/polar.hpp"

#include <gtest/gtest.h>

#include <Eigen/SVD>

#include "core/rng.hpp"

namespace mls::optimization {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Matrix gaussian(Eigen::Index rows, Eigen::Index columns) {
  Rng rng(1);
  Matrix matrix(rows, columns);
  for (float& value : matrix.reshaped()) value = static_cast<float>(rng.normal());
  return matrix;
}

TEST(PolarFactor, HasSingularValuesAroundOneInTheSameDirections) {
  for (const auto& [rows, columns] : {std::pair<int, int>{20, 8}, {8, 20}, {12, 12}}) {
    const Matrix matrix = gaussian(rows, columns);
    const Eigen::JacobiSVD<Eigen::MatrixXf> svd(matrix, Eigen::ComputeThinU | Eigen::ComputeThinV);
    const Eigen::MatrixXf inner = svd.matrixU().transpose() * polar_factor(matrix) * svd.matrixV();
    const Eigen::VectorXf values = inner.diagonal();
    EXPECT_GT(values.minCoeff(), 0.6) << rows << " x " << columns;
    EXPECT_LT(values.maxCoeff(), 1.3) << rows << " x " << columns;
    EXPECT_LT((inner - Eigen::MatrixXf(values.asDiagonal())).cwiseAbs().maxCoeff(), 1e-3);
  }
}

TEST(PolarFactor, DoesNotCareForScaleAndKeepsZero) {
  const Matrix matrix = gaussian(6, 9);
  EXPECT_LT((polar_factor<Matrix>(1000 * matrix) - polar_factor(matrix)).cwiseAbs().maxCoeff(), 1e-4);
  EXPECT_EQ(polar_factor<Matrix>(Matrix::Zero(3, 4)), Matrix::Zero(3, 4));
}

}  // namespace
}  // namespace mls::optimization
