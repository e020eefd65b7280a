// Muon, orthogonalised momentum for the matrices of the blocks (Jordan et al. 2024); AdamW for the rest.
#include <algorithm>
#include <cmath>

#include "surface.hpp"

namespace mls {
namespace {

constexpr float momentum = 0.95F;
constexpr optimization::AdamDecays decays{.beta1 = 0.9F, .beta2 = 0.95F};
constexpr double weight_decay = 0.1;  // of embedding and head; the matrices have none
constexpr float rate_factor = 4;      // 0.04 for a rate of 0.01; its author has 0.02

/// For matrix = U S V^T roughly U V^T: Newton-Schulz steps of a quintic polynomial that pushes singular
/// values above some thousandths of the Frobenius norm into about [0.7, 1.2].
Matrix orthogonalised(const Matrix& matrix) {
  if (matrix.rows() > matrix.cols()) return orthogonalised(matrix.transpose()).transpose();
  Matrix x = matrix / (matrix.norm() + 1e-7F);
  for (int k = 0; k < 5; ++k) {
    const Matrix gram = x * x.transpose();
    const Matrix polynomial = -4.7750F * gram + 2.0315F * gram * gram;
    x = (3.4445F * x + polynomial * x).eval();
  }
  return x;
}

class Muon final : public Optimizer {
 public:
  explicit Muon(const Setup& setup) : setup_(setup), moments_(setup.parameters.size()) {
    for (const ParameterInfo& info : setup.parameters)
      momenta_.emplace_back(Matrix::Zero(info.rows, info.columns));
  }

  void step(int, double scale, std::span<const ParameterStep> parameters) override {
    const auto rate = static_cast<float>(setup_.base_rate * scale);
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      if (setup_.parameters[k].role == Role::matrix)
        orthogonal_step(rate, parameters[k], momenta_[k]);
      else
        adamw_step(rate, setup_.parameters[k].role, parameters[k], moments_[k]);
    }
  }

 private:
  static void orthogonal_step(float rate, const ParameterStep& parameter, Matrix& average) {
    average = momentum * average + (1 - momentum) * parameter.gradient;
    const Matrix ahead = momentum * average + (1 - momentum) * parameter.gradient;
    const Matrix direction = orthogonalised(ahead);
    Eigen::Map<Matrix> update = parameter.update;
    const double shape = std::sqrt(
        std::max(1.0, static_cast<double>(direction.rows()) / static_cast<double>(direction.cols())));
    update = -rate * rate_factor * static_cast<float>(shape) * direction;
  }

  static void adamw_step(float rate, Role role, const ParameterStep& parameter,
                         optimization::AdamMoments<Array>& moments) {
    const auto decay = static_cast<float>(role == Role::vector ? 0 : weight_decay);
    Eigen::Map<Matrix> update = parameter.update;
    update.array() =
        -rate * (moments.direction(parameter.gradient.array(), decays) + decay * parameter.weights.array());
  }

  Setup setup_;
  std::vector<Matrix> momenta_;
  std::vector<optimization::AdamMoments<Array>> moments_;
};

}  // namespace

std::unique_ptr<Optimizer> make_optimizer(const Setup& setup, Rng&) { return std::make_unique<Muon>(setup); }

}  // namespace mls
