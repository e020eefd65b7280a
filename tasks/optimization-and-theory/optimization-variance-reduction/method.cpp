// Stochastic gradient descent with a constant step (Robbins & Monro 1951; Moulines & Bach 2011 for its noise
// floor).
//
//     x <- x - eta * grad f_B(x),  B a uniformly drawn block
//
// eta = 1 / (2 L_b), L_b the smoothness in expectation of one block: the step of Gower et al. 2019
// (Theorem 3.1), with which SGD converges linearly to a neighbourhood of the minimum whose radius grows with
// eta and the gradients' variance there.
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
