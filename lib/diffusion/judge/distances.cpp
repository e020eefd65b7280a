#include "lib/diffusion/judge/distances.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <Eigen/Eigenvalues>

namespace mls::diffusion {
namespace {

constexpr Eigen::Index block = 256;  // rows at a time, so that pairs stay in the cache

/// Sum of f(squared distance) over all pairs.
template <typename F>
double sum_over_pairs(const Matrix& x, const Matrix& y, F f) {
  const Vector y_norms = y.rowwise().squaredNorm();
  double sum = 0;
  for (Eigen::Index at = 0; at < x.rows(); at += block) {
    const auto rows = x.middleRows(at, std::min(block, x.rows() - at));
    Matrix squares = -2 * rows * y.transpose();
    squares.colwise() += rows.rowwise().squaredNorm();
    squares.rowwise() += y_norms.transpose();
    sum += f(squares.array().max(0)).sum();
  }
  return sum;
}

/// The mean of f over all pairs of different rows; f(0) is `at_zero`. The diagonal is left out up to
/// rounding.
template <typename F>
double mean_within(const Matrix& x, double at_zero, F f) {
  const auto n = static_cast<double>(x.rows());
  return (sum_over_pairs(x, x, f) - n * at_zero) / (n * (n - 1));
}

const auto root = [](const auto& squares) { return squares.sqrt(); };

/// Symmetric positive semi-definite square root.
Eigen::MatrixXd root_of(const Eigen::MatrixXd& matrix) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(matrix);
  const Vector roots = eigen.eigenvalues().cwiseMax(0).cwiseSqrt();
  return eigen.eigenvectors() * roots.asDiagonal() * eigen.eigenvectors().transpose();
}

std::vector<double> sorted_projection(const Matrix& x, const Vector& direction) {
  const Vector along = x * direction;
  std::vector<double> values(along.begin(), along.end());
  std::sort(values.begin(), values.end());
  return values;
}

/// Area between the two empirical quantile functions.
double wasserstein(const std::vector<double>& a, const std::vector<double>& b) {
  const auto n = static_cast<double>(a.size());
  const auto m = static_cast<double>(b.size());
  double sum = 0;
  double at = 0;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const double end_a = static_cast<double>(i + 1) / n;
    const double end_b = static_cast<double>(j + 1) / m;
    const double end = std::min(end_a, end_b);
    sum += (end - at) * std::abs(a[i] - b[j]);
    at = end;
    if (end_a <= end) ++i;
    if (end_b <= end) ++j;
  }
  return sum;
}

}  // namespace

double mean_distance(const Matrix& x, const Matrix& y) {
  return sum_over_pairs(x, y, root) / (static_cast<double>(x.rows()) * static_cast<double>(y.rows()));
}

double mean_distance_within(const Matrix& x) {
  // Of a row to itself, rounding leaves a square of about 1e-15 |x|^2, whose root is not small: centred and
  // pair by pair, each against the later ones.
  const auto n = static_cast<double>(x.rows());
  double sum = 0;
  for (Eigen::Index i = 0; i + 1 < x.rows(); ++i) {
    const auto later = x.bottomRows(x.rows() - i - 1);
    sum += (later.rowwise() - x.row(i)).rowwise().norm().sum();
  }
  return 2 * sum / (n * (n - 1));
}

double energy_distance(const Matrix& x, const Matrix& y) {
  return energy_distance(x, y, mean_distance_within(y));
}

double energy_distance(const Matrix& x, const Matrix& y, double within_y) {
  return 2 * mean_distance(x, y) - mean_distance_within(x) - within_y;
}

double mmd_squared(const Matrix& x, const Matrix& y, double width) {
  const double factor = -1 / (2 * width * width);
  const auto kernel = [factor](const auto& squares) { return (factor * squares).exp(); };
  const double between =
      sum_over_pairs(x, y, kernel) / (static_cast<double>(x.rows()) * static_cast<double>(y.rows()));
  return mean_within(x, 1, kernel) + mean_within(y, 1, kernel) - 2 * between;
}

double sliced_wasserstein(const Matrix& x, const Matrix& y, int directions, Rng& rng) {
  double sum = 0;
  for (int k = 0; k < directions; ++k) {
    Vector direction(x.cols());
    for (double& value : direction) value = rng.normal();
    direction.normalize();
    sum += wasserstein(sorted_projection(x, direction), sorted_projection(y, direction));
  }
  return sum / directions;
}

Moments moments_of(const Matrix& x) {
  const Vector mean = x.colwise().mean();
  const Matrix centred = x.rowwise() - mean.transpose();
  return {mean, centred.transpose() * centred / static_cast<double>(x.rows() - 1)};
}

double frechet_distance(const Moments& a, const Moments& b) {
  const Eigen::MatrixXd root_a = root_of(a.covariance);
  const Eigen::MatrixXd product = root_a * b.covariance * root_a;
  const double cross = root_of(product).trace();
  return (a.mean - b.mean).squaredNorm() + a.covariance.trace() + b.covariance.trace() - 2 * cross;
}

RandomFeatures::RandomFeatures(int dim, int features, double scale, Rng& rng)
    : weights_(features, dim), offsets_(features) {
  for (double& value : weights_.reshaped<Eigen::RowMajor>()) value = rng.normal() / scale;
  for (double& value : offsets_) value = rng.normal();
}

Matrix RandomFeatures::operator()(const Matrix& x) const {
  const Matrix linear = (x * weights_.transpose()).rowwise() + offsets_.transpose();
  return linear.cwiseMax(0);
}

}  // namespace mls::diffusion
