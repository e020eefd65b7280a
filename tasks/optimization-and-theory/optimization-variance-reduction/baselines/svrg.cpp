// SVRG: Johnson & Zhang 2013, "Accelerating stochastic gradient descent using predictive variance reduction",
// Figure 1 with Option I (the last inner iterate becomes the snapshot).
//
//     mean = grad F(snapshot)
//     m times:  x <- x - eta (grad f_B(x) - grad f_B(snapshot) + mean)
//     snapshot <- x
//
// With blocks for components; m = n / b, one pass (in the paper 2n and 5n samples); eta = 1 / (2 L_b).
#include "surface.hpp"

namespace variance_reduction {

void run(const Info& info, Oracle& oracle, Vector& x, mls::Rng& rng) {
  const double step = 0.5 / info.batch_smoothness(info.block_size);
  const int inner = info.blocks;
  const auto random_block = [&] {
    return static_cast<int>(rng.below(static_cast<std::uint64_t>(info.blocks)));
  };
  Vector snapshot = x;
  Vector mean = oracle.zeros();
  Vector at_x = oracle.zeros();
  Vector at_snapshot = oracle.zeros();
  while (oracle.full(snapshot, mean)) {
    for (int t = 0; t < inner && oracle.pair(x, snapshot, random_block(), at_x, at_snapshot); ++t) {
      x -= step * (at_x - at_snapshot + mean);
    }
    snapshot = x;
  }
  oracle.commit(x);
}

}  // namespace variance_reduction
