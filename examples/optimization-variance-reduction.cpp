// An example submission: SVRG++ (Allen-Zhu & Yuan, "Improved SVRG for non-strongly-convex or
// sum-of-non-convex objectives", ICML 2016). As SVRG, but the first inner loop is short and every one is
// twice as long as the one before: early, when snapshots age quickly, they are renewed often; later their
// cost is spread over more steps.
#include "surface.hpp"

namespace variance_reduction {

void run(const Info& info, Oracle& oracle, Vector& x, mls::Rng& rng) {
  const double step = 0.5 / info.batch_smoothness(info.block_size);
  const auto random_block = [&] {
    return static_cast<int>(rng.below(static_cast<std::uint64_t>(info.blocks)));
  };
  int inner = info.blocks / 4 + 1;
  Vector snapshot = x;
  Vector mean = oracle.zeros();
  Vector at_x = oracle.zeros();
  Vector at_snapshot = oracle.zeros();
  while (oracle.full(snapshot, mean)) {
    for (int t = 0; t < inner && oracle.pair(x, snapshot, random_block(), at_x, at_snapshot); ++t) {
      x -= step * (at_x - at_snapshot + mean);
    }
    snapshot = x;
    inner *= 2;
  }
  oracle.commit(x);
}

}  // namespace variance_reduction
