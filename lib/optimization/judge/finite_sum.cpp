#include "lib/optimization/judge/finite_sum.hpp"

#include <cmath>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>

namespace mls::optimization {

Minimum newton_minimum(const ConvexSum& sum, double tolerance) {
  constexpr int most_steps = 100;
  Minimum best{Vector::Zero(sum.dim()), 0, 0};
  Vector gradient;
  Matrix hessian;
  sum.gradient(best.point, sum.all(), gradient);
  best.value = sum.value(best.point, sum.all());
  best.gradient_norm = gradient.norm();
  for (int step = 0; step < most_steps && best.gradient_norm > tolerance; ++step) {
    sum.hessian(best.point, hessian);
    const Vector direction = hessian.ldlt().solve(gradient);
    // Near the minimum values no longer tell points apart but gradients still do, hence either may accept the
    // step.
    bool accepted = false;
    for (double length = 1; length > 1e-6 && !accepted; length /= 2) {
      const Vector point = best.point - length * direction;
      const double value = sum.value(point, sum.all());
      sum.gradient(point, sum.all(), gradient);
      const double norm = gradient.norm();
      accepted = value < best.value - 1e-4 * length * direction.dot(gradient) || norm < best.gradient_norm;
      if (accepted) best = {point, value, norm};
    }
    if (!accepted) break;
  }
  return best;
}

double curvature(const FiniteSum& sum, const Vector& x, Range range, int iterations) {
  constexpr double length = 1e-4;
  // A fixed start without structure: multiples of the golden ratio modulo one, centred.
  Vector direction(x.size());
  for (Eigen::Index i = 0; i < x.size(); ++i) {
    const double turns = 0.6180339887498949 * static_cast<double>(i + 1);
    direction[i] = turns - std::floor(turns) - 0.5;
  }
  direction.normalize();
  Vector ahead;
  Vector behind;
  double estimate = 0;
  for (int i = 0; i < iterations; ++i) {
    sum.gradient(x + length * direction, range, ahead);
    sum.gradient(x - length * direction, range, behind);
    direction = (ahead - behind) / (2 * length);
    estimate = direction.norm();
    if (estimate == 0) return 0;
    direction /= estimate;
  }
  return estimate;
}

void add_gram(const Rows& samples, const Vector& weights, Matrix& out) {
  for_pieces({0, static_cast<int>(samples.rows())}, [&](Range part) {
    const auto rows = samples.middleRows(part.first, part.count);
    const Rows weighted = weights.segment(part.first, part.count).asDiagonal() * rows;
    out.noalias() += rows.transpose() * weighted;
  });
}

Spectrum gram_spectrum(const Rows& samples) {
  Matrix gram = Matrix::Zero(samples.cols(), samples.cols());
  add_gram(samples, Vector::Constant(samples.rows(), 1.0 / static_cast<double>(samples.rows())), gram);
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(gram, Eigen::EigenvaluesOnly);
  return {solver.eigenvalues().maxCoeff(), std::max(solver.eigenvalues().minCoeff(), 0.0)};
}

}  // namespace mls::optimization
