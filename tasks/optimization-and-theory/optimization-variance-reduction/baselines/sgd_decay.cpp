// Stochastic gradient descent with a step that falls linearly to zero over the budget.
//
//     x <- x - eta (1 - t/T) grad f_B(x)
//
// The decreasing steps of Robbins & Monro 1951 remove the noise floor of a constant step. The linear shape,
// which ends at zero just when the budget does, is the one with the best last iterate (Defazio et al. 2023,
// "When, why and how much? Adaptive learning rate scheduling by refinement"). eta = 1 / (2 L_b) as in
// method.cpp.
#include "surface.hpp"

namespace variance_reduction {

void run(const Info& info, Oracle& oracle, Vector& x, mls::Rng& rng) {
  const double step = 0.5 / info.batch_smoothness(info.block_size);
  const auto random_block = [&] {
    return static_cast<int>(rng.below(static_cast<std::uint64_t>(info.blocks)));
  };
  const auto budget = static_cast<double>(info.budget);
  Vector gradient = oracle.zeros();
  while (true) {
    const double left = static_cast<double>(oracle.remaining()) / budget;
    if (!oracle.batch(x, random_block(), gradient)) break;
    x -= step * left * gradient;
  }
  oracle.commit(x);
}

}  // namespace variance_reduction
