// Null method: commits a vector that is not a number.
#include <limits>

#include "surface.hpp"

namespace variance_reduction {

void run(const Info& info, Oracle& oracle, Vector& x, mls::Rng&) {
  Vector gradient = oracle.zeros();
  if (info.blocks > 0 && oracle.batch(x, 0, gradient))
    x -= std::numeric_limits<double>::quiet_NaN() * gradient;
  oracle.commit(x);
}

}  // namespace variance_reduction
