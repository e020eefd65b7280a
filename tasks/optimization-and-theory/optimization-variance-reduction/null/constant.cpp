// Null method: commits nothing, so that the start point is the answer.
#include "surface.hpp"

namespace variance_reduction {

void run(const Info&, Oracle&, Vector&, mls::Rng&) {}

}  // namespace variance_reduction
