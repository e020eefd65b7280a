// Tiles of the result that stay in registers (Goto & van de Geijn 2008).
//
// They also copy panels of both matrices to suit caches larger than these matrices; that is left out.
#include <algorithm>

#include "surface.hpp"

namespace {

constexpr int height = 4;
constexpr int width = 16;

/// The tile of c at row i and column j, which has all its rows and columns.
void whole_tile(const product::Shape& shape, const float* a, const float* b, float* c) {
  float sums[height][width] = {};
  for (int p = 0; p < shape.inner; ++p) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) sums[y][x] += a[y * shape.inner + p] * b[p * shape.columns + x];
    }
  }
  for (int y = 0; y < height; ++y) std::copy_n(sums[y], width, c + y * shape.columns);
}

/// One at the edge, which has `rows` and `columns` of them.
void part_of_tile(const product::Shape& shape, int rows, int columns, const float* a, const float* b,
                  float* c) {
  for (int y = 0; y < rows; ++y) {
    float sums[width] = {};
    for (int p = 0; p < shape.inner; ++p) {
      for (int x = 0; x < columns; ++x) sums[x] += a[y * shape.inner + p] * b[p * shape.columns + x];
    }
    std::copy_n(sums, columns, c + y * shape.columns);
  }
}

}  // namespace

void product::multiply(const Shape& shape, const float* a, const float* b, float* c) {
  for (int i = 0; i < shape.rows; i += height) {
    for (int j = 0; j < shape.columns; j += width) {
      const int rows = std::min(height, shape.rows - i);
      const int columns = std::min(width, shape.columns - j);
      float* tile = c + i * shape.columns + j;
      if (rows == height && columns == width) {
        whole_tile(shape, a + i * shape.inner, b + j, tile);
      } else {
        part_of_tile(shape, rows, columns, a + i * shape.inner, b + j, tile);
      }
    }
  }
}
