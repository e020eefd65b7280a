// Gaussian mixtures: data distributions whose diffusion models are known exactly.
//
// Of x = x0 + sigma n, x0 from the mixture and n standard normal, every component k tells the posterior mean
// in its own eigenvectors V with variances l: m_k = mu_k + V diag(l / (l + sigma^2)) V^T (x - mu_k). The
// denoiser E[x0 | x] is their mean, weighted by the posterior probabilities of the components.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/rng.hpp"
#include "lib/diffusion/shared/matrix.hpp"

namespace mls::diffusion {

struct Component {
  int label = 0;  ///< class it belongs to, >= 0
  double weight = 0;
  Vector mean;       ///< [d]
  Matrix axes;       ///< [d, d], eigenvectors of the covariance in columns
  Vector variances;  ///< [d], > 0
};

struct Draws {
  Matrix x;
  std::vector<int> labels;
};

class Mixture {
 public:
  /// At least one component, all of one dimension; weights are normalised.
  explicit Mixture(std::vector<Component> components);

  [[nodiscard]] int dim() const { return static_cast<int>(components_.front().mean.size()); }
  [[nodiscard]] const std::vector<Component>& components() const { return components_; }

  /// E[x0 | x0 + sigma n = x], row by row; sigma >= 0.
  [[nodiscard]] Matrix denoise(const Matrix& x, double sigma) const;
  /// Classifier-free guidance (Ho & Salimans 2021) with exact models: D + weight (D_label - D), D_label being
  /// the denoiser of the row's class alone. Every label must occur among the components.
  [[nodiscard]] Matrix denoise_guided(const Matrix& x, double sigma, std::span<const int> labels,
                                      double weight) const;

  /// Exact draws, with the classes that they come from.
  [[nodiscard]] Draws sample(int count, Rng& rng) const;
  [[nodiscard]] Vector mean() const;
  [[nodiscard]] Matrix covariance() const;

  /// All numbers in one array, for storage, and back.
  [[nodiscard]] std::vector<double> flattened() const;
  static Mixture unflattened(std::span<const double> numbers, int dim);

 private:
  struct Posterior;
  [[nodiscard]] Posterior posterior(const Matrix& x, double sigma) const;
  [[nodiscard]] Matrix combined(const Posterior& posterior, const Matrix& shares, double sigma) const;

  std::vector<Component> components_;
};

/// Fits `per_class` components to the rows of each class: k-means, then of each cluster mean and covariance
/// C, regularised to 0.98 C + (0.02 tr(C)/d + 2e-4) I. Classes are those that occur in `labels`; every one
/// needs at least 2 * per_class rows (std::invalid_argument).
[[nodiscard]] Mixture fit_mixture(const Matrix& rows, std::span<const int> labels, int per_class, Rng& rng);

/// Lloyd's k-means from a k-means++ start (Arthur & Vassilvitskii 2007): cluster of every row. No cluster is
/// empty.
[[nodiscard]] std::vector<int> k_means(const Matrix& rows, int clusters, Rng& rng);

}  // namespace mls::diffusion
