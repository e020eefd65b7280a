// Pieces that rules of value learning are made of: distributions over returns and their losses. Columns are
// Eigen expressions, so that blocks of a matrix can be handed in.
#pragma once

#include <Eigen/Dense>

namespace mls::rl {

using Column = Eigen::Ref<Eigen::VectorXf>;
using ConstColumn = Eigen::Ref<const Eigen::VectorXf>;

/// Index of the largest entry, the first of equals.
[[nodiscard]] int best(const ConstColumn& values);

/// out_i = exp(z_i) / sum exp(z_j).
void softmax(const ConstColumn& z, Column out);
/// temperature * log of the sum of exp(values / temperature).
[[nodiscard]] float soft_maximum(const ConstColumn& values, float temperature);

/// Equally spaced points from `low` to `high`, both included; at least two.
struct Support {
  float low = 0;
  float high = 0;
  int atoms = 0;
  [[nodiscard]] float width() const { return (high - low) / static_cast<float>(atoms - 1); }
  [[nodiscard]] Eigen::VectorXf points() const { return Eigen::VectorXf::LinSpaced(atoms, low, high); }
};

/// Distribution of reward + discount * X, where X has these probabilities on the support: clipped to it, and
/// shared between neighbouring atoms so that the mean stays (Bellemare et al. 2017, Algorithm 1).
void project(const Support& support, const ConstColumn& probabilities, float reward, float discount,
             Column out);

/// Probabilities of the bins of width() around the atoms under a normal distribution with this mean, clipped
/// to the support, and this deviation; normalised (Imani & White 2018).
void gaussian_histogram(const Support& support, float mean, float deviation, Column out);

/// Quantile regression with Huber's loss (Dabney et al. 2018): the loss is the sum over the n quantiles, of
/// levels (i + 1/2) / n, of the mean over targets of |level - [u < 0]| huber(u) / kappa, with u = target -
/// quantile and huber quadratic up to kappa. Writes its gradient by the quantiles.
void quantile_huber_gradient(const ConstColumn& quantiles, const ConstColumn& targets, float kappa,
                             Column out);

}  // namespace mls::rl
