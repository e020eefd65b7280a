// Underdamped Langevin dynamics (Cheng et al. 2018), split as Leimkuhler & Matthews 2013 do (BAOAB); step
// 1/sqrt(L), friction 1.
#include <cmath>

#include "surface.hpp"

chains::Matrix chains::sample(const Target& target, const Matrix& start, mls::Rng& rng) {
  constexpr double friction = 1;
  const double step = 1 / std::sqrt(target.smoothness);
  const double keep = std::exp(-friction * step);
  const auto refresh = [&](Matrix& velocity, double kept) {
    for (double& value : velocity.reshaped<Eigen::RowMajor>())
      value = kept * value + std::sqrt(1 - kept * kept) * rng.normal();
  };
  Matrix x = start;
  Matrix velocity = Matrix::Zero(x.rows(), x.cols());
  refresh(velocity, 0);
  Matrix force = target.score(x);
  for (int i = 1; i < target.calls; ++i) {
    velocity += step / 2 * force;
    x += step / 2 * velocity;
    refresh(velocity, keep);
    x += step / 2 * velocity;
    force = target.score(x);
    velocity += step / 2 * force;
  }
  return x;
}
