// SAGA: Defazio, Bach & Lacoste-Julien 2014, "SAGA: a fast incremental gradient method with support for
// non-strongly convex composite objectives", Section 2, without the proximal step.
//
//     g = grad f_B(x);   x <- x - gamma (g - table[B] + average)
//     average <- average + (g - table[B]) / blocks;   table[B] <- g
//
// One table entry a block, filled at the start point for one pass over the components; gamma = 1 / (3 L_b),
// the paper's step that needs no strong convexity.
#include "surface.hpp"

namespace variance_reduction {

void run(const Info& info, Oracle& oracle, Vector& x, mls::Rng& rng) {
  const double step = 1 / (3 * info.batch_smoothness(info.block_size));
  const double share = 1.0 / info.blocks;
  const auto random_block = [&] {
    return static_cast<int>(rng.below(static_cast<std::uint64_t>(info.blocks)));
  };
  std::vector<Vector> table;
  table.reserve(static_cast<std::size_t>(info.blocks));
  Vector average = oracle.zeros();
  Vector gradient = oracle.zeros();
  for (int block = 0; block < info.blocks; ++block) {
    oracle.batch(x, block, gradient);
    average += share * gradient;
    table.push_back(gradient);
  }
  while (true) {
    const int block = random_block();
    Vector& old = table[static_cast<std::size_t>(block)];
    if (!oracle.batch(x, block, gradient)) break;
    x -= step * (gradient - old + average);
    average += share * (gradient - old);
    std::swap(old, gradient);
  }
  oracle.commit(x);
}

}  // namespace variance_reduction
