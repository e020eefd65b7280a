// task: optimization-variance-reduction
// route: oracle
// tries: to overflow the objective, so that the gap becomes not a number or is taken for zero
// expect: invalid_output

#include "shared/oracle.hpp"

void variance_reduction::run(const Info&, Oracle& oracle, Vector& x, mls::Rng&) {
  Vector gradient = oracle.zeros();
  (void)oracle.full(x, gradient);
  x = 1e300 * gradient;
  oracle.commit(x);
}
