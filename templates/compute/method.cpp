// Row times column, as the product is defined.
#include "surface.hpp"

void product::multiply(const Shape& shape, const float* a, const float* b, float* c) {
  for (int i = 0; i < shape.rows; ++i) {
    for (int j = 0; j < shape.columns; ++j) {
      float sum = 0;
      for (int p = 0; p < shape.inner; ++p) sum += a[i * shape.inner + p] * b[p * shape.columns + j];
      c[i * shape.columns + j] = sum;
    }
  }
}
