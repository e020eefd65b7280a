// SARAH+: Nguyen, Liu, Scheinberg & Takac 2017, "SARAH: a novel method for machine learning problems using
// stochastic recursive gradient", Algorithm 2.
//
//     v = grad F(x);   x' = x - eta v
//     until m steps are done or |v|^2 <= gamma |v_0|^2:
//         v <- grad f_B(x') - grad f_B(x) + v;   x <- x';   x' <- x' - eta v
//     x <- x'
//
// With blocks for components; m = n / b, one pass; gamma = 1/64 (the paper has 1/8); eta = 1 / (2 L_b).
#include "surface.hpp"

namespace variance_reduction {

void run(const Info& info, Oracle& oracle, Vector& x, mls::Rng& rng) {
  constexpr double gamma = 1.0 / 64;
  const double step = 0.5 / info.batch_smoothness(info.block_size);
  const int inner = info.blocks;
  const auto random_block = [&] {
    return static_cast<int>(rng.below(static_cast<std::uint64_t>(info.blocks)));
  };
  Vector direction = oracle.zeros();
  Vector previous = x;
  Vector at_x = oracle.zeros();
  Vector at_previous = oracle.zeros();
  double first_norm = 0;
  double norm = 0;
  while (oracle.full(x, direction) && oracle.dot(direction, direction, first_norm)) {
    previous = x;
    x -= step * direction;
    for (int t = 0; t < inner && oracle.pair(x, previous, random_block(), at_x, at_previous); ++t) {
      direction += at_x - at_previous;
      std::swap(previous, x);
      x = previous - step * direction;
      if (!oracle.dot(direction, direction, norm) || norm <= gamma * first_norm) break;
    }
  }
  oracle.commit(x);
}

}  // namespace variance_reduction
