// Loops interchanged, so that memory is read row by row (McKellar & Coffman 1969).
#include <algorithm>

#include "surface.hpp"

void product::multiply(const Shape& shape, const float* a, const float* b, float* c) {
  for (int i = 0; i < shape.rows; ++i) {
    float* row = c + i * shape.columns;
    std::fill(row, row + shape.columns, 0.0F);
    for (int p = 0; p < shape.inner; ++p) {
      const float factor = a[i * shape.inner + p];
      for (int j = 0; j < shape.columns; ++j) row[j] += factor * b[p * shape.columns + j];
    }
  }
}
