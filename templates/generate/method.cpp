// Unadjusted Langevin algorithm (Roberts & Tweedie 1996) with step 1/L.
#include <cmath>

#include "surface.hpp"

chains::Matrix chains::sample(const Target& target, const Matrix& start, mls::Rng& rng) {
  const double step = 1 / target.smoothness;
  Matrix x = start;
  for (int i = 0; i < target.calls; ++i) {
    x += step * target.score(x);
    for (double& value : x.reshaped<Eigen::RowMajor>()) value += std::sqrt(2 * step) * rng.normal();
  }
  return x;
}
