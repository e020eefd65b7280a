// Null method: zeros.
#include "surface.hpp"

chains::Matrix chains::sample(const Target&, const Matrix& start, mls::Rng&) {
  return Matrix::Zero(start.rows(), start.cols());
}
