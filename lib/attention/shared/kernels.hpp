// Small pieces of native code for AVX2 and FMA, one thread: matrix products of tiles, transposition, vector
// exponentials. All matrices are row-major f32; `ld` is the distance of two rows in floats.
#pragma once

#include <immintrin.h>

namespace mls::attention {

struct Matrix {
  float* data;
  int ld;
};
struct ConstMatrix {
  const float* data;
  int ld;
};

/// C = A B, or C += A B. A is rows x inner, B inner x columns, C rows x columns; columns is a multiple of 8,
/// the rest is arbitrary. Made for tiles that fit the caches: it does no blocking of its own beyond
/// registers.
void multiply(int rows, int columns, int inner, ConstMatrix a, ConstMatrix b, Matrix c);
void multiply_add(int rows, int columns, int inner, ConstMatrix a, ConstMatrix b, Matrix c);

/// `to`[column][row] = `from`[row][column]. Columns is a multiple of 8. The rows of `to` are filled up with
/// zeros to the next multiple of 16, for which there must be room.
void transpose(int rows, int columns, ConstMatrix from, Matrix to);

/// Sum of a[i] b[i]; size is a multiple of 8.
float dot(const float* a, const float* b, int size);
/// y += factor x; size is a multiple of 8.
void add_scaled(float* y, float factor, const float* x, int size);
/// y *= factor; size is a multiple of 8.
void scale(float* y, float factor, int size);

/// The largest lane, the sum of all lanes.
inline float largest(__m256 x) {
  __m128 half = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
  half = _mm_max_ps(half, _mm_movehl_ps(half, half));
  return _mm_cvtss_f32(_mm_max_ss(half, _mm_movehdup_ps(half)));
}
inline float sum(__m256 x) {
  __m128 half = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
  half = _mm_add_ps(half, _mm_movehl_ps(half, half));
  return _mm_cvtss_f32(_mm_add_ss(half, _mm_movehdup_ps(half)));
}

/// 2^x for whole x from -126 to 127.
inline __m256 exp2_whole(__m256 x) {
  const __m256i exponent = _mm256_add_epi32(_mm256_cvtps_epi32(x), _mm256_set1_epi32(127));
  return _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23));
}

/// e^x for x <= 88, relative error below 2e-7; what is below -87 (minus infinity too) counts as -87. Cephes'
/// expf: argument reduction in two steps and a polynomial of degree 7.
inline __m256 exp(__m256 x) {
  x = _mm256_max_ps(x, _mm256_set1_ps(-87.0F));
  const __m256 whole = _mm256_round_ps(_mm256_mul_ps(x, _mm256_set1_ps(1.44269504F)),
                                       _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m256 r = _mm256_fnmadd_ps(whole, _mm256_set1_ps(0.693359375F), x);
  r = _mm256_fnmadd_ps(whole, _mm256_set1_ps(-2.12194440e-4F), r);
  __m256 p = _mm256_set1_ps(1.9875691500e-4F);
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.3981999507e-3F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(8.3334519073e-3F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(4.1665795894e-2F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.6666665459e-1F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(5.0000001201e-1F));
  p = _mm256_fmadd_ps(p, _mm256_mul_ps(r, r), _mm256_add_ps(r, _mm256_set1_ps(1.0F)));
  return _mm256_mul_ps(p, exp2_whole(whole));
}

/// 2^x for x <= 127, relative error below 2e-7; what is below -126 (minus infinity too) counts as -126.
/// Minimax polynomial of degree 6.
inline __m256 exp2(__m256 x) {
  x = _mm256_max_ps(x, _mm256_set1_ps(-126.0F));
  const __m256 whole = _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const __m256 r = _mm256_sub_ps(x, whole);
  __m256 p = _mm256_set1_ps(1.5345812e-4F);
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.33999312e-3F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(9.61848896e-3F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(5.55032878e-2F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(2.40226469e-1F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(6.93147206e-1F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0F));
  return _mm256_mul_ps(p, exp2_whole(whole));
}

}  // namespace mls::attention
