// Leimkuhler & Matthews 2013: Langevin steps of length 1/L whose noise is the mean of the present and the
// next one's, which takes the first order of the discretisation's bias away.
#include <cmath>

#include "surface.hpp"

chains::Matrix chains::sample(const Target& target, const Matrix& start, mls::Rng& rng) {
  const double step = 1 / target.smoothness;
  const auto noise = [&] {
    Matrix values(start.rows(), start.cols());
    for (double& value : values.reshaped<Eigen::RowMajor>()) value = rng.normal();
    return values;
  };
  Matrix x = start;
  Matrix present = noise();
  for (int i = 0; i < target.calls; ++i) {
    const Matrix next = noise();
    x += step * target.score(x) + std::sqrt(step / 2) * (present + next);
    present = next;
  }
  return x;
}
