// task: optimization-variance-reduction
// route: oracle
// tries: to commit a point that is not a number, which compares with nothing
// expect: invalid_output
// message: not finite

#include <limits>

#include "shared/oracle.hpp"

void variance_reduction::run(const Info& info, Oracle& oracle, Vector& x, mls::Rng&) {
  Vector gradient = oracle.zeros();
  (void)info;
  (void)oracle.full(x, gradient);
  x = std::numeric_limits<double>::quiet_NaN() * gradient;
  oracle.commit(x);
}
