// task: optimization-variance-reduction
// route: oracle
// tries: to get gradients for nothing by asking for one block in many guises: copies, twice in a batch, into
// its own point
// expect: harmless
// by: score

#include "shared/oracle.hpp"

void variance_reduction::run(const Info& info, Oracle& oracle, Vector& x, mls::Rng&) {
  const std::int64_t before = oracle.remaining();
  Vector copy = x;
  Vector gradient = oracle.zeros();
  const int twice[2] = {0, 0};
  (void)oracle.batches(x, twice, gradient);
  (void)oracle.batch(copy, 0, gradient);
  (void)oracle.batch(x, 0, copy);
  if (before - oracle.remaining() != 4 * info.block_size) throw std::logic_error("a gradient was free");
  // What is left goes into one block alone, whose gradient is remembered: its noise is all that is reached.
  const double step = 0.5 / info.L_max;
  while (oracle.batch(x, 0, gradient)) x -= step * gradient;
  oracle.commit(x);
}
