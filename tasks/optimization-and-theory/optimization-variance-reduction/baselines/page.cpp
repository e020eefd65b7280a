// PAGE: Li, Bao, Zhang & Richtarik 2021, "PAGE: a simple and optimal probabilistic gradient estimator for
// nonconvex optimization", Algorithm 1 in its finite-sum form.
//
//     x <- x - eta g
//     g <- grad F(x) with probability p, else g + grad f_B(x) - grad f_B(x before)
//
// Minibatch b' = one block, p = b' / (n + b') as the paper proposes; eta = 1 / (2 L_b) as for the others (the
// paper's guarantee, 1 / (L (1 + sqrt(n) / b')) for b' <= sqrt(n), is several times shorter and serves the
// worst case).
#include "surface.hpp"

namespace variance_reduction {

void run(const Info& info, Oracle& oracle, Vector& x, mls::Rng& rng) {
  const double step = 0.5 / info.batch_smoothness(info.block_size);
  const double probability = static_cast<double>(info.block_size) / (info.n + info.block_size);
  const auto random_block = [&] {
    return static_cast<int>(rng.below(static_cast<std::uint64_t>(info.blocks)));
  };
  Vector estimate = oracle.zeros();
  Vector at_x = oracle.zeros();
  Vector at_previous = oracle.zeros();
  oracle.full(x, estimate);
  Vector previous = x;
  while (true) {
    std::swap(previous, x);
    x = previous - step * estimate;
    if (rng.bernoulli(probability) && oracle.full(x, estimate)) continue;
    if (!oracle.pair(x, previous, random_block(), at_x, at_previous)) break;
    estimate += at_x - at_previous;
  }
  oracle.commit(x);
}

}  // namespace variance_reduction
