// Rabe, Staats. Self-attention does not need O(n^2) memory. arXiv:2112.05682, 2021. Chunks of queries, as
// many as the scratch memory holds scores of against all their keys; an ordinary softmax over whole rows.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "surface.hpp"

namespace mls::attention {
namespace {

constexpr int tile = 64;  // keys whose transpose is in use at a time

/// Parts of the scratch memory, one after the other.
struct Memory {
  float* keys;
  float* sums;
  float* scores;
  int chunk;  // queries
  int width;  // distance of two rows of scores
};

Memory divide(const Shape& shape, void* scratch) {
  Memory memory{};
  memory.width =
      (shape.tokens + tile - 1) / tile * tile + 16;  // not a power of two: rows differ in cache set
  memory.keys = static_cast<float*>(scratch);
  memory.sums = memory.keys + static_cast<std::ptrdiff_t>(tile) * shape.head_dim;
  memory.scores = memory.sums + tile;
  const auto left =
      static_cast<std::ptrdiff_t>(shape.scratch_bytes / sizeof(float)) - (memory.scores - memory.keys);
  memory.chunk = static_cast<int>(std::clamp<std::ptrdiff_t>(left / memory.width, 1, tile));
  return memory;
}

/// Scores to weights, as yet without their sum, which is returned.
float exponentiate(float* scores, int count, int padded, float scaled) {
  std::fill(scores + count, scores + padded, -std::numeric_limits<float>::infinity());
  __m256 most = _mm256_loadu_ps(scores);
  for (int i = 8; i < padded; i += 8) most = _mm256_max_ps(most, _mm256_loadu_ps(scores + i));
  const __m256 shift = _mm256_set1_ps(largest(most));
  const __m256 factor = _mm256_set1_ps(scaled);
  __m256 total = _mm256_setzero_ps();
  for (int i = 0; i < padded; i += 8) {
    const __m256 weight = exp(_mm256_mul_ps(factor, _mm256_sub_ps(_mm256_loadu_ps(scores + i), shift)));
    _mm256_storeu_ps(scores + i, weight);
    total = _mm256_add_ps(total, weight);
  }
  return sum(total);
}

void attend_chunk(const Shape& shape, int first, int rows, const float* q, const float* k, const float* v,
                  float* o, const Memory& memory) {
  const int dim = shape.head_dim;
  const auto offset = [dim](int token) { return static_cast<std::ptrdiff_t>(token) * dim; };
  const int end = first + rows;  // keys that some query of the chunk sees
  for (int key = 0; key < end; key += tile) {
    const int columns = std::min(tile, end - key);
    transpose(columns, dim, {k + offset(key), dim}, {memory.keys, tile});
    multiply(rows, (columns + 7) / 8 * 8, dim, {q + offset(first), dim}, {memory.keys, tile},
             {memory.scores + key, memory.width});
  }
  const int padded = (end + 7) / 8 * 8;
  const float scaled = 1 / std::sqrt(static_cast<float>(dim));
  for (int row = 0; row < rows; ++row)
    memory.sums[row] = exponentiate(memory.scores + static_cast<std::ptrdiff_t>(row) * memory.width,
                                    first + row + 1, padded, scaled);
  std::fill(o + offset(first), o + offset(end), 0.0F);
  for (int key = 0; key < end; key += tile)
    multiply_add(rows, dim, std::min(tile, end - key), {memory.scores + key, memory.width},
                 {v + offset(key), dim}, {o + offset(first), dim});
  for (int row = 0; row < rows; ++row) scale(o + offset(first + row), 1 / memory.sums[row], dim);
}

}  // namespace

void attend(const Shape& shape, const float* q, const float* k, const float* v, float* o, void* scratch) {
  const Memory memory = divide(shape, scratch);
  for (int head = 0; head < shape.query_heads(); ++head) {
    const std::size_t at = static_cast<std::size_t>(head) * shape.head_size();
    const std::size_t key_at = static_cast<std::size_t>(shape.key_head_of(head)) * shape.head_size();
    for (int first = 0; first < shape.tokens; first += memory.chunk)
      attend_chunk(shape, first, std::min(memory.chunk, shape.tokens - first), q + at, k + key_at, v + key_at,
                   o + at, memory);
  }
}

}  // namespace mls::attention
