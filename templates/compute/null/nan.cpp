// Null method: not numbers.
#include <algorithm>
#include <limits>

#include "surface.hpp"

void product::multiply(const Shape& shape, const float*, const float*, float* c) {
  std::fill(c, c + shape.rows * shape.columns, std::numeric_limits<float>::quiet_NaN());
}
