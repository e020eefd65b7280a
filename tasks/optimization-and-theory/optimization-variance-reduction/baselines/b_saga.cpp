// B-SAGA: Driggs, Liang & Schoenlieb 2022, "On biased stochastic gradient estimation" (JMLR 23); the same
// family is SVAG in Morin & Giselsson 2020, "SVAG: unified convergence results for SAG-SAGA interpolation".
//
//     g = grad f_B(x);   x <- x - eta ((g - table[B]) / theta + average)
//     average <- average + (g - table[B]) / blocks;   table[B] <- g
//
// theta = 1 is SAGA (no bias), theta = blocks is SAG (least variance). The papers leave theta free: 2 here.
// eta = 1 / (2 L_b).
#include "surface.hpp"

namespace variance_reduction {

void run(const Info& info, Oracle& oracle, Vector& x, mls::Rng& rng) {
  constexpr double theta = 2;
  const double step = 0.5 / info.batch_smoothness(info.block_size);
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
    x -= step * ((gradient - old) / theta + average);
    average += share * (gradient - old);
    std::swap(old, gradient);
  }
  oracle.commit(x);
}

}  // namespace variance_reduction
