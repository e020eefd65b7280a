#include "lib/diffusion/judge/rotations.hpp"

#include <numeric>

#include <Eigen/QR>

namespace mls::diffusion {
namespace {

Matrix random_signs(int rows, int dim, Rng& rng) {
  Matrix signs(rows, dim);
  for (double& sign : signs.reshaped<Eigen::RowMajor>()) sign = rng.bernoulli(0.5) ? 1 : -1;
  return signs;
}

}  // namespace

Matrix random_orthogonal(int dim, Rng& rng) {
  Eigen::MatrixXd normal(dim, dim);
  for (double& value : normal.reshaped()) value = rng.normal();
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(normal);
  Eigen::MatrixXd q = qr.householderQ();
  // Without this the factor is not uniform (Mezzadri 2007).
  for (Eigen::Index i = 0; i < dim; ++i)
    if (qr.matrixQR()(i, i) < 0) q.col(i) = -q.col(i);
  return q;
}

RowRotations::RowRotations(int rows, int dim, Rng& rng)
    : first_(random_orthogonal(dim, rng)),
      middle_(random_orthogonal(dim, rng)),
      last_(random_orthogonal(dim, rng)),
      inner_signs_(random_signs(rows, dim, rng)),
      outer_signs_(random_signs(rows, dim, rng)),
      all_(static_cast<std::size_t>(rows)) {
  std::iota(all_.begin(), all_.end(), 0);
}

Matrix RowRotations::chosen(const Matrix& signs, std::span<const std::int32_t> rows) const {
  Matrix result(static_cast<Eigen::Index>(rows.size()), signs.cols());
  for (std::size_t r = 0; r < rows.size(); ++r) result.row(static_cast<Eigen::Index>(r)) = signs.row(rows[r]);
  return result;
}

Matrix RowRotations::rotated(const Matrix& x, std::span<const std::int32_t> rows) const {
  const Matrix inner = (x * first_.transpose()).cwiseProduct(chosen(inner_signs_, rows));
  const Matrix outer = (inner * middle_.transpose()).cwiseProduct(chosen(outer_signs_, rows));
  return outer * last_.transpose();
}

Matrix RowRotations::restored(const Matrix& x, std::span<const std::int32_t> rows) const {
  const Matrix outer = (x * last_).cwiseProduct(chosen(outer_signs_, rows));
  const Matrix inner = (outer * middle_).cwiseProduct(chosen(inner_signs_, rows));
  return inner * first_;
}

}  // namespace mls::diffusion
