#include "lib/attention/shared/kernels.hpp"

#include <cstddef>
#include <utility>

namespace mls::attention {
namespace {

constexpr int most_rows = 6;  // 6 x 16 results fill 12 of the 16 registers

/// Rows x (8 Vectors) results of C, held in registers. Index sequences instead of loops: compilers must not
/// leave any of it in memory.
template <bool Add, int Vectors, int... Row>
void block(int inner, ConstMatrix a, ConstMatrix b, Matrix c, std::integer_sequence<int, Row...>) {
  static_assert(Vectors == 1 || Vectors == 2);
  constexpr int rows = sizeof...(Row);
  const auto at = [&](int row) { return c.data + static_cast<std::ptrdiff_t>(row) * c.ld; };
  __m256 left[rows];
  __m256 right[rows];
  ((left[Row] = Add ? _mm256_loadu_ps(at(Row)) : _mm256_setzero_ps()), ...);
  if constexpr (Vectors == 2) ((right[Row] = Add ? _mm256_loadu_ps(at(Row) + 8) : _mm256_setzero_ps()), ...);
  const float* a_row[rows] = {(a.data + static_cast<std::ptrdiff_t>(Row) * a.ld)...};
  const float* b_row = b.data;
  for (int i = 0; i < inner; ++i, b_row += b.ld) {
    const __m256 b_left = _mm256_loadu_ps(b_row);
    if constexpr (Vectors == 2) {
      const __m256 b_right = _mm256_loadu_ps(b_row + 8);
      const auto step = [&](const float* from, __m256& l, __m256& r) {
        const __m256 factor = _mm256_broadcast_ss(from + i);
        l = _mm256_fmadd_ps(factor, b_left, l);
        r = _mm256_fmadd_ps(factor, b_right, r);
      };
      (step(a_row[Row], left[Row], right[Row]), ...);
    } else {
      ((left[Row] = _mm256_fmadd_ps(_mm256_broadcast_ss(a_row[Row] + i), b_left, left[Row])), ...);
    }
  }
  (_mm256_storeu_ps(at(Row), left[Row]), ...);
  if constexpr (Vectors == 2) (_mm256_storeu_ps(at(Row) + 8, right[Row]), ...);
}

template <bool Add, int Rows>
void strip(int columns, int inner, ConstMatrix a, ConstMatrix b, Matrix c) {
  constexpr auto rows = std::make_integer_sequence<int, Rows>();
  int column = 0;
  for (; column + 16 <= columns; column += 16)
    block<Add, 2>(inner, a, {b.data + column, b.ld}, {c.data + column, c.ld}, rows);
  if (column < columns) block<Add, 1>(inner, a, {b.data + column, b.ld}, {c.data + column, c.ld}, rows);
}

template <bool Add>
void last_strip(int rows, int columns, int inner, ConstMatrix a, ConstMatrix b, Matrix c) {
  switch (rows) {
    case 1:
      return strip<Add, 1>(columns, inner, a, b, c);
    case 2:
      return strip<Add, 2>(columns, inner, a, b, c);
    case 3:
      return strip<Add, 3>(columns, inner, a, b, c);
    case 4:
      return strip<Add, 4>(columns, inner, a, b, c);
    case 5:
      return strip<Add, 5>(columns, inner, a, b, c);
    default:
      return;
  }
}

template <bool Add>
void product(int rows, int columns, int inner, ConstMatrix a, ConstMatrix b, Matrix c) {
  for (; rows >= most_rows; rows -= most_rows) {
    strip<Add, most_rows>(columns, inner, a, b, c);
    a.data += static_cast<std::ptrdiff_t>(most_rows) * a.ld;
    c.data += static_cast<std::ptrdiff_t>(most_rows) * c.ld;
  }
  last_strip<Add>(rows, columns, inner, a, b, c);
}

void transpose_8x8(ConstMatrix from, Matrix to) {
  const auto pair = [&](int row) {  // rows `row` and `row` + 4, first and second half of their columns
    const float* low = from.data + static_cast<std::ptrdiff_t>(row) * from.ld;
    const float* high = low + static_cast<std::ptrdiff_t>(4) * from.ld;
    return std::pair{
        _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(low)), _mm_loadu_ps(high), 1),
        _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(low + 4)), _mm_loadu_ps(high + 4), 1)};
  };
  const auto store = [&](int row, __m256 x0, __m256 x1, __m256 x2, __m256 x3) {
    const __m256 low01 = _mm256_unpacklo_ps(x0, x1);
    const __m256 low23 = _mm256_unpacklo_ps(x2, x3);
    const __m256 high01 = _mm256_unpackhi_ps(x0, x1);
    const __m256 high23 = _mm256_unpackhi_ps(x2, x3);
    float* out = to.data + static_cast<std::ptrdiff_t>(row) * to.ld;
    _mm256_storeu_ps(out, _mm256_shuffle_ps(low01, low23, 0x44));
    _mm256_storeu_ps(out + to.ld, _mm256_shuffle_ps(low01, low23, 0xee));
    _mm256_storeu_ps(out + 2L * to.ld, _mm256_shuffle_ps(high01, high23, 0x44));
    _mm256_storeu_ps(out + 3L * to.ld, _mm256_shuffle_ps(high01, high23, 0xee));
  };
  const auto [a0, b0] = pair(0);
  const auto [a1, b1] = pair(1);
  const auto [a2, b2] = pair(2);
  const auto [a3, b3] = pair(3);
  store(0, a0, a1, a2, a3);
  store(4, b0, b1, b2, b3);
}

}  // namespace

void multiply(int rows, int columns, int inner, ConstMatrix a, ConstMatrix b, Matrix c) {
  product<false>(rows, columns, inner, a, b, c);
}

void multiply_add(int rows, int columns, int inner, ConstMatrix a, ConstMatrix b, Matrix c) {
  product<true>(rows, columns, inner, a, b, c);
}

void transpose(int rows, int columns, ConstMatrix from, Matrix to) {
  const int whole = rows / 8 * 8;
  for (int row = 0; row < whole; row += 8) {
    const float* source = from.data + static_cast<std::ptrdiff_t>(row) * from.ld;
    for (int column = 0; column < columns; column += 8)
      transpose_8x8({source + column, from.ld},
                    {to.data + static_cast<std::ptrdiff_t>(column) * to.ld + row, to.ld});
  }
  const int padded = (rows + 15) / 16 * 16;
  for (int column = 0; column < columns; ++column) {
    float* out = to.data + static_cast<std::ptrdiff_t>(column) * to.ld;
    for (int row = whole; row < padded; ++row)
      out[row] = row < rows ? from.data[static_cast<std::ptrdiff_t>(row) * from.ld + column] : 0.0F;
  }
}

float dot(const float* a, const float* b, int size) {
  __m256 even = _mm256_setzero_ps();
  __m256 odd = _mm256_setzero_ps();
  int i = 0;
  for (; i + 16 <= size; i += 16) {
    even = _mm256_fmadd_ps(_mm256_loadu_ps(a + i), _mm256_loadu_ps(b + i), even);
    odd = _mm256_fmadd_ps(_mm256_loadu_ps(a + i + 8), _mm256_loadu_ps(b + i + 8), odd);
  }
  if (i < size) even = _mm256_fmadd_ps(_mm256_loadu_ps(a + i), _mm256_loadu_ps(b + i), even);
  return sum(_mm256_add_ps(even, odd));
}

void add_scaled(float* y, float factor, const float* x, int size) {
  const __m256 factors = _mm256_set1_ps(factor);
  for (int i = 0; i < size; i += 8)
    _mm256_storeu_ps(y + i, _mm256_fmadd_ps(factors, _mm256_loadu_ps(x + i), _mm256_loadu_ps(y + i)));
}

void scale(float* y, float factor, int size) {
  const __m256 factors = _mm256_set1_ps(factor);
  for (int i = 0; i < size; i += 8) _mm256_storeu_ps(y + i, _mm256_mul_ps(factors, _mm256_loadu_ps(y + i)));
}

}  // namespace mls::attention
