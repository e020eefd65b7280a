// Stochastic gradient descent with a constant step (Robbins & Monro 1951).
//
//     x <- x - eta grad f_B(x),  B a uniformly drawn block
//
// eta = 1 / (2 L_b), L_b the smoothness in expectation of a block: the largest step for which Theorem 3.1 of
// Gower et al. 2019 gives linear convergence to a neighbourhood of the minimum, here a noise floor.
#include "surface.hpp"

namespace variance_reduction {

void run(const Info& info, Oracle& oracle, Vector& x, mls::Rng& rng) {
  const double step = 0.5 / info.batch_smoothness(info.block_size);
  const auto random_block = [&] {
    return static_cast<int>(rng.below(static_cast<std::uint64_t>(info.blocks)));
  };
  Vector gradient = oracle.zeros();
  while (oracle.batch(x, random_block(), gradient)) x -= step * gradient;
  oracle.commit(x);
}

}  // namespace variance_reduction
