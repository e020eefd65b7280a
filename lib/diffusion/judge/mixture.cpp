#include "lib/diffusion/judge/mixture.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>
#include <utility>

#include <Eigen/Eigenvalues>

namespace mls::diffusion {
namespace {

/// Rows to probabilities, without overflow. Columns at which `allowed` is false get none.
template <typename Allowed>
Matrix softmax(const Matrix& logs, Allowed allowed) {
  Matrix shares = Matrix::Zero(logs.rows(), logs.cols());
  for (Eigen::Index i = 0; i < logs.rows(); ++i) {
    double highest = -std::numeric_limits<double>::infinity();
    for (Eigen::Index k = 0; k < logs.cols(); ++k)
      if (allowed(i, k)) highest = std::max(highest, logs(i, k));
    double sum = 0;
    for (Eigen::Index k = 0; k < logs.cols(); ++k)
      if (allowed(i, k)) sum += shares(i, k) = std::exp(logs(i, k) - highest);
    shares.row(i) /= sum;
  }
  return shares;
}

Vector normals(Eigen::Index count, Rng& rng) {
  Vector values(count);
  for (double& value : values) value = rng.normal();
  return values;
}

Matrix covariance_of(const Matrix& rows, const Vector& mean) {
  const Matrix centred = rows.rowwise() - mean.transpose();
  return centred.transpose() * centred / static_cast<double>(rows.rows());
}

Component component_of(const Matrix& rows, int label, double weight) {
  const Vector mean = rows.colwise().mean();
  const Matrix covariance = covariance_of(rows, mean);
  const double mean_variance = covariance.trace() / static_cast<double>(rows.cols());
  const Eigen::MatrixXd regular =
      0.98 * covariance +
      (0.02 * mean_variance + 2e-4) * Matrix::Identity(covariance.rows(), covariance.cols());
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(regular);
  return {label, weight, mean, eigen.eigenvectors(), eigen.eigenvalues()};
}

Matrix chosen(const Matrix& rows, std::span<const int> indices) {
  Matrix result(static_cast<Eigen::Index>(indices.size()), rows.cols());
  for (std::size_t i = 0; i < indices.size(); ++i)
    result.row(static_cast<Eigen::Index>(i)) = rows.row(indices[i]);
  return result;
}

std::vector<int> where(std::span<const int> values, int wanted) {
  std::vector<int> found;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] == wanted) found.push_back(static_cast<int>(i));
  return found;
}

/// Centres far from each other: each next one is drawn with probability in proportion to the squared
/// distance.
Matrix first_centres(const Matrix& rows, int clusters, Rng& rng) {
  Matrix centres(clusters, rows.cols());
  centres.row(0) = rows.row(static_cast<Eigen::Index>(rng.below(static_cast<std::uint64_t>(rows.rows()))));
  Vector nearest = Vector::Constant(rows.rows(), std::numeric_limits<double>::infinity());
  for (int k = 1; k < clusters; ++k) {
    nearest = nearest.cwiseMin((rows.rowwise() - centres.row(k - 1)).rowwise().squaredNorm());
    double left = rng.uniform() * nearest.sum();
    Eigen::Index next = 0;
    while (next + 1 < rows.rows() && (left -= nearest[next]) > 0) ++next;
    centres.row(k) = rows.row(next);
  }
  return centres;
}

std::vector<int> nearest_centres(const Matrix& rows, const Matrix& centres) {
  // |row|^2 is the same for all centres.
  const Matrix scores =
      (-2 * rows * centres.transpose()).rowwise() + centres.rowwise().squaredNorm().transpose();
  std::vector<int> nearest(static_cast<std::size_t>(rows.rows()));
  for (Eigen::Index i = 0; i < rows.rows(); ++i)
    scores.row(i).minCoeff(&nearest[static_cast<std::size_t>(i)]);
  return nearest;
}

}  // namespace

std::vector<int> k_means(const Matrix& rows, int clusters, Rng& rng) {
  constexpr int most_rounds = 50;
  if (clusters < 1 || rows.rows() < clusters)
    throw std::invalid_argument("k-means needs a row for each cluster");
  Matrix centres = first_centres(rows, clusters, rng);
  std::vector<int> cluster;
  for (int round = 0; round < most_rounds; ++round) {
    std::vector<int> next = nearest_centres(rows, centres);
    // An empty cluster takes a row at random.
    for (int k = 0; k < clusters; ++k)
      if (where(next, k).empty()) next[rng.below(next.size())] = k;
    if (next == cluster) break;
    cluster = std::move(next);
    for (int k = 0; k < clusters; ++k) {
      const std::vector<int> members = where(cluster, k);
      if (!members.empty()) centres.row(k) = chosen(rows, members).colwise().mean();
    }
  }
  return cluster;
}

Mixture fit_mixture(const Matrix& rows, std::span<const int> labels, int per_class, Rng& rng) {
  std::vector<Component> components;
  for (const int label : std::set<int>(labels.begin(), labels.end())) {
    const Matrix of_class = chosen(rows, where(labels, label));
    if (of_class.rows() / 2 < per_class)
      throw std::invalid_argument("class " + std::to_string(label) + " has too few rows for its components");
    const std::vector<int> cluster = k_means(of_class, per_class, rng);
    for (int k = 0; k < per_class; ++k) {
      const Matrix members = chosen(of_class, where(cluster, k));
      if (members.rows() == 0) continue;
      components.push_back(component_of(members, label, static_cast<double>(members.rows())));
    }
  }
  return Mixture(std::move(components));
}

/// What the components say about rows x: log of weight times density, and coordinates along their axes.
struct Mixture::Posterior {
  Matrix logs;                      ///< [n, components]
  std::vector<Matrix> coordinates;  ///< of each component [n, d]
};

Mixture::Mixture(std::vector<Component> components) : components_(std::move(components)) {
  if (components_.empty()) throw std::invalid_argument("a mixture needs a component");
  double total = 0;
  for (const Component& component : components_) total += component.weight;
  for (Component& component : components_) component.weight /= total;
}

Mixture::Posterior Mixture::posterior(const Matrix& x, double sigma) const {
  Posterior result{Matrix(x.rows(), static_cast<Eigen::Index>(components_.size())), {}};
  for (std::size_t k = 0; k < components_.size(); ++k) {
    const Component& component = components_[k];
    Matrix along = (x.rowwise() - component.mean.transpose()) * component.axes;
    const Vector variances = component.variances.array() + sigma * sigma;
    const double constant = std::log(component.weight) - 0.5 * variances.array().log().sum();
    result.logs.col(static_cast<Eigen::Index>(k)) =
        constant - 0.5 * (along.array().square().matrix() * variances.cwiseInverse()).array();
    result.coordinates.push_back(std::move(along));
  }
  return result;
}

Matrix Mixture::combined(const Posterior& posterior, const Matrix& shares, double sigma) const {
  // With little noise nearly every row belongs to one component alone.
  constexpr double negligible = 1e-12;
  Matrix sum = Matrix::Zero(shares.rows(), dim());
  std::vector<Eigen::Index> rows;
  for (std::size_t k = 0; k < components_.size(); ++k) {
    const Component& component = components_[k];
    const auto share = shares.col(static_cast<Eigen::Index>(k));
    rows.clear();
    for (Eigen::Index i = 0; i < share.size(); ++i)
      if (std::abs(share[i]) > negligible) rows.push_back(i);
    const Vector shrink = component.variances.array() / (component.variances.array() + sigma * sigma);
    const Matrix shrunk = posterior.coordinates[k](rows, Eigen::all) * shrink.asDiagonal();
    const Matrix means = (shrunk * component.axes.transpose()).rowwise() + component.mean.transpose();
    for (std::size_t r = 0; r < rows.size(); ++r)
      sum.row(rows[r]) += share[rows[r]] * means.row(static_cast<Eigen::Index>(r));
  }
  return sum;
}

Matrix Mixture::denoise(const Matrix& x, double sigma) const {
  const Posterior known = posterior(x, sigma);
  return combined(known, softmax(known.logs, [](auto, auto) { return true; }), sigma);
}

Matrix Mixture::denoise_guided(const Matrix& x, double sigma, std::span<const int> labels,
                               double weight) const {
  const Posterior known = posterior(x, sigma);
  const Matrix all = softmax(known.logs, [](auto, auto) { return true; });
  const Matrix own = softmax(known.logs, [&](Eigen::Index i, Eigen::Index k) {
    return components_[static_cast<std::size_t>(k)].label == labels[static_cast<std::size_t>(i)];
  });
  return combined(known, all + weight * (own - all), sigma);
}

Draws Mixture::sample(int count, Rng& rng) const {
  Draws draws{Matrix(count, dim()), {}};
  for (int i = 0; i < count; ++i) {
    double left = rng.uniform();
    std::size_t k = 0;
    while (k + 1 < components_.size() && (left -= components_[k].weight) > 0) ++k;
    const Component& component = components_[k];
    const Vector scaled = component.variances.cwiseSqrt().cwiseProduct(normals(dim(), rng));
    draws.x.row(i) = component.mean + component.axes * scaled;
    draws.labels.push_back(component.label);
  }
  return draws;
}

Vector Mixture::mean() const {
  Vector sum = Vector::Zero(dim());
  for (const Component& component : components_) sum += component.weight * component.mean;
  return sum;
}

Matrix Mixture::covariance() const {
  const Vector centre = mean();
  Matrix sum = Matrix::Zero(dim(), dim());
  for (const Component& component : components_) {
    const Vector from_centre = component.mean - centre;
    sum +=
        component.weight * (component.axes * component.variances.asDiagonal() * component.axes.transpose() +
                            from_centre * from_centre.transpose());
  }
  return sum;
}

std::vector<double> Mixture::flattened() const {
  std::vector<double> numbers;
  for (const Component& component : components_) {
    numbers.push_back(component.label);
    numbers.push_back(component.weight);
    numbers.insert(numbers.end(), component.mean.begin(), component.mean.end());
    numbers.insert(numbers.end(), component.variances.begin(), component.variances.end());
    numbers.insert(numbers.end(), component.axes.data(), component.axes.data() + component.axes.size());
  }
  return numbers;
}

Mixture Mixture::unflattened(std::span<const double> numbers, int dim) {
  const auto d = static_cast<std::size_t>(dim);
  const std::size_t each = 2 + 2 * d + d * d;
  if (dim < 1 || numbers.empty() || numbers.size() % each != 0)
    throw std::invalid_argument("these numbers are no mixture of dimension " + std::to_string(dim));
  std::vector<Component> components;
  for (std::size_t at = 0; at < numbers.size(); at += each) {
    const double* values = numbers.data() + at;
    components.push_back({static_cast<int>(values[0]), values[1], Eigen::Map<const Vector>(values + 2, dim),
                          Eigen::Map<const Matrix>(values + 2 + 2 * d, dim, dim),
                          Eigen::Map<const Vector>(values + 2 + d, dim)});
  }
  return Mixture(std::move(components));
}

}  // namespace mls::diffusion
