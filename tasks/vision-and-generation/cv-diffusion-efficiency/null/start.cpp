// Null method: the noise it was given.
#include "surface.hpp"

namespace sampling {

Matrix sample(Denoiser&, const Matrix& start, mls::Rng&) { return start; }

}  // namespace sampling
