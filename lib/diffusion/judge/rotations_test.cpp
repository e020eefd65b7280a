#include "lib/diffusion/judge/rotations.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace mls::diffusion {
namespace {

TEST(Rotations, RandomOrthogonalIsOrthogonalAndCentred) {
  Rng rng(1);
  const Matrix q = random_orthogonal(20, rng);
  EXPECT_LT((q * q.transpose() - Matrix::Identity(20, 20)).norm(), 1e-12);
  double trace = 0;
  for (int i = 0; i < 400; ++i) trace += random_orthogonal(5, rng).trace();
  EXPECT_NEAR(trace / 400, 0, 0.2);  // of uniform ones: mean 0, variance 1
}

TEST(Rotations, RowsComeBackAndKeepTheirGeometry) {
  Rng rng(2);
  const RowRotations rotations(6, 16, rng);
  Matrix x(6, 16);
  for (double& value : x.reshaped<Eigen::RowMajor>()) value = rng.normal();
  const Matrix seen = rotations.rotated(x);
  EXPECT_LT((rotations.restored(seen) - x).norm(), 1e-12);
  EXPECT_LT((seen.rowwise().norm() - x.rowwise().norm()).norm(), 1e-12);
  const std::int32_t some[] = {4, 1, 4};
  Matrix part(3, 16);
  part << x.row(4), x.row(1), x.row(4);
  const Matrix seen_part = rotations.rotated(part, some);
  EXPECT_LT((seen_part.row(0) - seen.row(4)).norm(), 1e-12);
  EXPECT_LT((seen_part.row(1) - seen.row(1)).norm(), 1e-12);
}

TEST(Rotations, OneVectorLooksUnrelatedInTheCoordinatesOfOtherRows) {
  Rng rng(3);
  const RowRotations rotations(200, 64, rng);
  const Matrix same = Matrix::Ones(200, 64) / 8;
  const Matrix seen = rotations.rotated(same);
  const Matrix products = seen * seen.transpose();
  // Inner products of independent unit vectors have mean 0 and variance 1 / 64.
  const double off_diagonal = (products.squaredNorm() - 200) / (200 * 199);
  EXPECT_NEAR(off_diagonal * 64, 1, 0.1);
  EXPECT_NEAR((products.sum() - 200) / (200 * 199), 0, 0.01);
}

}  // namespace
}  // namespace mls::diffusion
