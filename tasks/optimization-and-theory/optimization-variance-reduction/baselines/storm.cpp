// STORM: Cutkosky & Orabona 2019, "Momentum-based variance reduction in non-convex SGD", Algorithm 1.
//
//     d <- grad f_B(x_t) + (1 - a) (d - grad f_B(x_{t-1}));   x_{t+1} = x_t - eta d
//
// The paper adapts eta and a to the gradients of an endless stream. Here, as usual on finite sums, both are
// constant: a = 1 / sqrt(n/b), a memory of as many steps as the square root of a pass, eta = 1 / (2 L_b); and
// d starts as the full gradient.
#include "surface.hpp"

namespace variance_reduction {

void run(const Info& info, Oracle& oracle, Vector& x, mls::Rng& rng) {
  const double step = 0.5 / info.batch_smoothness(info.block_size);
  const double keep = 1 - 1 / std::sqrt(static_cast<double>(info.blocks));
  const auto random_block = [&] {
    return static_cast<int>(rng.below(static_cast<std::uint64_t>(info.blocks)));
  };
  Vector direction = oracle.zeros();
  Vector at_x = oracle.zeros();
  Vector at_previous = oracle.zeros();
  oracle.full(x, direction);
  Vector previous = x;
  x -= step * direction;
  while (oracle.pair(x, previous, random_block(), at_x, at_previous)) {
    direction = at_x + keep * (direction - at_previous);
    std::swap(previous, x);
    x = previous - step * direction;
  }
  oracle.commit(x);
}

}  // namespace variance_reduction
