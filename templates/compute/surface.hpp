// What a method implements: the product of two matrices. Read-only.
#pragma once

namespace product {

struct Shape {
  int rows = 0;     ///< of a and c
  int inner = 0;    ///< columns of a, rows of b
  int columns = 0;  ///< of b and c
};

/// c = a b. All matrices are f32, row by row, and begin at a multiple of 64 bytes; c holds anything. Sizes
/// are the same in all calls of a run, numbers never. One thread, x86-64-v3 (AVX2, FMA, no AVX-512);
/// <immintrin.h> may be used. Nothing may be kept from one call to the next.
void multiply(const Shape& shape, const float* a, const float* b, float* c);

}  // namespace product
