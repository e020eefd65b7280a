// L-Katyusha: Kovalev, Horvath & Richtarik 2020, "Don't jump through hoops and remove those loops: SVRG and
// Katyusha are better without the outer loop", Algorithm 2.
//
//     x = theta1 z + theta2 w + (1 - theta1 - theta2) y
//     g = grad f_B(x) - grad f_B(w) + grad F(w)
//     z' = (eta sigma x + z - (eta / L) g) / (1 + eta sigma)
//     w <- y with probability p;   y <- x + theta1 (z' - z);   z <- z'
//
// The paper's constants with blocks for components, L = L_b and 1/p for its n: p = b/n, sigma = mu / L,
// theta1 = min(sqrt(2 sigma / (3 p)), 1/2), theta2 = 1/2, eta = theta2 / ((1 + theta2) theta1). Without
// strong convexity (mu = 0) theta1 = 1/2, its largest value: the least momentum.
#include "surface.hpp"

namespace variance_reduction {

void run(const Info& info, Oracle& oracle, Vector& x, mls::Rng& rng) {
  const double smoothness = info.batch_smoothness(info.block_size);
  const double probability = 1.0 / info.blocks;
  const double sigma = info.mu / smoothness;
  const double theta1 = sigma > 0 ? std::min(std::sqrt(2 * sigma / (3 * probability)), 0.5) : 0.5;
  const double theta2 = 0.5;
  const double eta = theta2 / ((1 + theta2) * theta1);
  const auto random_block = [&] {
    return static_cast<int>(rng.below(static_cast<std::uint64_t>(info.blocks)));
  };
  Vector y = x;
  Vector z = x;
  Vector w = x;
  Vector z_next = x;
  Vector mean = oracle.zeros();
  Vector at_x = oracle.zeros();
  Vector at_w = oracle.zeros();
  oracle.full(w, mean);
  while (true) {
    x = theta1 * z + theta2 * w + (1 - theta1 - theta2) * y;
    if (!oracle.pair(x, w, random_block(), at_x, at_w)) break;
    z_next = (eta * sigma * x + z - (eta / smoothness) * (at_x - at_w + mean)) / (1 + eta * sigma);
    const bool refresh = rng.bernoulli(probability) && oracle.full(y, mean);
    if (refresh) w = y;
    y = x + theta1 * (z_next - z);
    std::swap(z, z_next);
  }
  oracle.commit(y);
}

}  // namespace variance_reduction
