// task: optimization-variance-reduction
// route: oracle
// tries: to make the judge a hundred times slower by arithmetic on numbers too small to be normal, then to
// go on honestly
// expect: harmless

#include "shared/oracle.hpp"

void variance_reduction::run(const Info& info, Oracle& oracle, Vector& x, mls::Rng& rng) {
  Vector gradient = oracle.zeros();
  Vector tiny = oracle.zeros();
  if (oracle.full(x, gradient)) {
    for (int i = 0; i < 20'000; ++i) tiny = 1e-310 * gradient;
  }
  honest(info, oracle, x, rng);
}
