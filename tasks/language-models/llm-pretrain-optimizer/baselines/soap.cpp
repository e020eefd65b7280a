// SOAP, Adam in the eigenbasis of Shampoo's preconditioner (Vyas et al. 2024).
#include <algorithm>
#include <numeric>

#include <Eigen/Eigenvalues>
#include <Eigen/QR>

#include "surface.hpp"

namespace mls {
namespace {

constexpr float beta1 = 0.95F;
constexpr float beta2 = 0.95F;
constexpr float shampoo_beta = 0.95F;
constexpr float epsilon = 1e-8F;
constexpr double weight_decay = 0.1;

constexpr int refresh_every = 10;
constexpr Eigen::Index largest_side =
    256;  // a longer one is not rotated, nor is one that counts tokens, nor are gains

/// One side's second-moment matrix and its slowly followed eigenbasis.
class Side {
 public:
  Side(Eigen::Index size, bool rotates) : size_(size), rotates_(rotates && size <= largest_side) {}

  [[nodiscard]] bool rotates() const { return rotates_; }
  [[nodiscard]] const Matrix& basis() const { return basis_; }

  void start(const Matrix& product) {
    moment_ = (1 - shampoo_beta) * product;
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXf> solver(moment_ +
                                                                1e-30F * Matrix::Identity(size_, size_));
    basis_ = solver.eigenvectors().rowwise().reverse();  // largest first
  }

  void take(const Matrix& product) { moment_ = shampoo_beta * moment_ + (1 - shampoo_beta) * product; }

  /// One step of orthogonal iteration; returns the order in which the old columns were taken.
  [[nodiscard]] std::vector<Eigen::Index> refresh() {
    const Eigen::VectorXf sizes = (basis_.transpose() * moment_ * basis_).diagonal();
    std::vector<Eigen::Index> order(static_cast<std::size_t>(size_));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](Eigen::Index a, Eigen::Index b) { return sizes(a) > sizes(b); });
    const Eigen::MatrixXf iterated = moment_ * basis_(Eigen::all, order);
    const Eigen::HouseholderQR<Eigen::MatrixXf> decomposition(iterated);
    basis_ = decomposition.householderQ() * Eigen::MatrixXf::Identity(size_, size_);
    return order;
  }

 private:
  Eigen::Index size_;
  bool rotates_;
  Matrix moment_;
  Matrix basis_;
};

class Preconditioned {
 public:
  explicit Preconditioned(const ParameterInfo& info)
      : left_(info.rows, info.role == Role::matrix),
        right_(info.columns, info.role != Role::vector),
        first_(Matrix::Zero(info.rows, info.columns)),
        second_(Matrix::Zero(info.rows, info.columns)) {}

  /// The direction to descend; of the first gradient, from which the bases start, none.
  [[nodiscard]] Matrix direction(int step, const Matrix& gradient) {
    if (step == 0) {
      if (left_.rotates()) left_.start(gradient * gradient.transpose());
      if (right_.rotates()) right_.start(gradient.transpose() * gradient);
      return Matrix::Zero(gradient.rows(), gradient.cols());
    }
    const auto t = static_cast<float>(step);
    first_ = beta1 * first_ + (1 - beta1) * gradient;
    second_ = beta2 * second_ + (1 - beta2) * rotated(gradient).cwiseAbs2();
    const float grown = std::sqrt(1 - std::pow(beta2, t)) / (1 - std::pow(beta1, t));
    const Matrix turned = rotated(first_).array() / (second_.array().sqrt() + epsilon);
    const Matrix back = grown * turned_back(turned);
    follow(step, gradient);
    return back;
  }

 private:
  [[nodiscard]] Matrix rotated(const Matrix& matrix) const {
    const Matrix half = left_.rotates() ? Matrix(left_.basis().transpose() * matrix) : matrix;
    return right_.rotates() ? Matrix(half * right_.basis()) : half;
  }
  [[nodiscard]] Matrix turned_back(const Matrix& matrix) const {
    const Matrix half = left_.rotates() ? Matrix(left_.basis() * matrix) : matrix;
    return right_.rotates() ? Matrix(half * right_.basis().transpose()) : half;
  }

  void follow(int step, const Matrix& gradient) {
    const bool refresh = step % refresh_every == 0;
    if (left_.rotates()) {
      left_.take(gradient * gradient.transpose());
      if (refresh) second_ = second_(left_.refresh(), Eigen::all).eval();
    }
    if (right_.rotates()) {
      right_.take(gradient.transpose() * gradient);
      if (refresh) second_ = second_(Eigen::all, right_.refresh()).eval();
    }
  }

  Side left_;
  Side right_;
  Matrix first_;
  Matrix second_;  // in the rotated basis
};

class Soap final : public Optimizer {
 public:
  explicit Soap(const Setup& setup) : setup_(setup) {
    for (const ParameterInfo& info : setup.parameters) states_.emplace_back(info);
  }

  void step(int step, double scale, std::span<const ParameterStep> parameters) override {
    const auto rate = static_cast<float>(setup_.base_rate * scale);
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      const auto decay = static_cast<float>(setup_.parameters[k].role == Role::vector ? 0 : weight_decay);
      Eigen::Map<Matrix> update = parameters[k].update;
      update = -rate * (states_[k].direction(step, parameters[k].gradient) + decay * parameters[k].weights);
    }
  }

 private:
  Setup setup_;
  std::vector<Preconditioned> states_;
};

}  // namespace

std::unique_ptr<Optimizer> make_optimizer(const Setup& setup, Rng&) { return std::make_unique<Soap>(setup); }

}  // namespace mls
