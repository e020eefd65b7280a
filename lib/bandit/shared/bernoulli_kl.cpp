#include "lib/bandit/shared/bernoulli_kl.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mls::bandit {
namespace {

double x_log_x(double x) { return x > 0 ? x * std::log(x) : 0; }

/// x ln(1/y), where nothing is asked of y when x is 0.
double cross(double x, double y) { return x > 0 ? -x * std::log(y) : 0; }

/// A point at or above the answer: three lower bounds on kl(p, q), each solved for q. Pinsker's (q-p)^2 * 2
/// is tight in the middle, (q-p)^2 / 2q near zero, and -(1-p) ln(1-q) minus the entropy of p near one.
double start_above(double p, double level, double entropy) {
  const double middle = p + std::sqrt(level / 2);
  const double low = p + level + std::sqrt(level * (level + 2 * p));
  const double high = -std::expm1(-(level + entropy) / (1 - p));
  return std::min({middle, low, high});
}

}  // namespace

double bernoulli_kl(double p, double q) {
  const double divergence = x_log_x(p) + x_log_x(1 - p) + cross(p, q) + cross(1 - p, 1 - q);
  return std::max(divergence, 0.0);
}

double bernoulli_kl_upper(double p, double level) {
  if (p >= 1 || !(level < std::numeric_limits<double>::max())) return 1;
  if (level <= 0) return p;
  const double entropy = -(x_log_x(p) + x_log_x(1 - p));
  double q = start_above(p, level, entropy);
  // kl(p, .) is convex and increases above p, so Newton's steps from above come down monotonically onto the
  // answer.
  for (int i = 0; i < 50 && q < 1; ++i) {
    const double excess = cross(p, q) + cross(1 - p, 1 - q) - entropy - level;
    const double step = excess * q * (1 - q) / (q - p);
    if (!(step > 1e-13)) break;
    q -= step;
  }
  return std::clamp(q, p, 1.0);
}

}  // namespace mls::bandit
