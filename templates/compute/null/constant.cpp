// Null method: always the same number.
#include <algorithm>

#include "surface.hpp"

void product::multiply(const Shape& shape, const float*, const float*, float* c) {
  std::fill(c, c + shape.rows * shape.columns, 1.0F);
}
