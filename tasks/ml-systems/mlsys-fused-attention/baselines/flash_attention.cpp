// Dao, Fu, Ermon, Rudra, Re. FlashAttention: fast and memory-efficient exact attention with IO-awareness.
// NeurIPS 2022, Algorithm 1 with a causal mask: tiles of keys outside, tiles of queries inside, the
// normalised output of every query read, corrected and written for each tile of keys.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "surface.hpp"

namespace mls::attention {
namespace {

constexpr int tile = 64;
constexpr float minus_infinity = -std::numeric_limits<float>::infinity();

/// Parts of the scratch memory, one after the other.
struct Memory {
  float* keys;      // transposed tile
  float* scores;    // tile x tile
  float* products;  // tile x head_dim: weights times values
  float* most;      // of every token
  float* sum;
};

Memory divide(const Shape& shape, void* scratch) {
  Memory memory{};
  memory.keys = static_cast<float*>(scratch);
  memory.scores = memory.keys + static_cast<std::ptrdiff_t>(tile) * shape.head_dim;
  memory.products = memory.scores + static_cast<std::ptrdiff_t>(tile) * tile;
  memory.most = memory.products + static_cast<std::ptrdiff_t>(tile) * shape.head_dim;
  memory.sum = memory.most + shape.tokens;
  return memory;
}

/// Scores to weights relative to their own maximum, which is returned with their sum.
struct Softmax {
  float most;
  float sum;
};
Softmax exponentiate(float* scores) {
  __m256 most = _mm256_loadu_ps(scores);
  for (int i = 8; i < tile; i += 8) most = _mm256_max_ps(most, _mm256_loadu_ps(scores + i));
  const float largest_score = largest(most);
  const __m256 shift = _mm256_set1_ps(largest_score);
  __m256 total = _mm256_setzero_ps();
  for (int i = 0; i < tile; i += 8) {
    const __m256 weight = exp(_mm256_sub_ps(_mm256_loadu_ps(scores + i), shift));
    _mm256_storeu_ps(scores + i, weight);
    total = _mm256_add_ps(total, weight);
  }
  return {largest_score, sum(total)};
}

void mask(float* scores, int query, int key) {
  for (int column = 0; column < tile; ++column)
    if (key + column > query) scores[column] = minus_infinity;
}

/// Lines 12 and 13: the output of one query, corrected for another tile of keys.
void correct(float* out, const float* product, int dim, const Softmax& here, float& most, float& sum) {
  const float most_now = std::max(most, here.most);
  const float before = sum * std::exp(most - most_now);
  const float added = std::exp(here.most - most_now);
  const float sum_now = before + added * here.sum;
  scale(out, before / sum_now, dim);
  add_scaled(out, added / sum_now, product, dim);
  most = most_now;
  sum = sum_now;
}

void attend_tile(const Shape& shape, int query, int key, const float* q, const float* v, float* o,
                 const Memory& memory) {
  const int dim = shape.head_dim;
  const auto offset = [dim](int token) { return static_cast<std::ptrdiff_t>(token) * dim; };
  const int rows = std::min(tile, shape.tokens - query);
  const int columns = std::min(tile, shape.tokens - key);
  multiply(rows, tile, dim, {q + offset(query), dim}, {memory.keys, tile}, {memory.scores, tile});
  const float scaled = 1 / std::sqrt(static_cast<float>(dim));
  scale(memory.scores, scaled, rows * tile);
  Softmax softmax[tile];
  for (int row = 0; row < rows; ++row) {
    mask(memory.scores + row * tile, query + row, key);
    softmax[row] = exponentiate(memory.scores + row * tile);
  }
  multiply(rows, dim, columns, {memory.scores, tile}, {v + offset(key), dim}, {memory.products, dim});
  for (int row = 0; row < rows; ++row) {
    const int token = query + row;
    correct(o + offset(token), memory.products + offset(row), dim, softmax[row], memory.most[token],
            memory.sum[token]);
  }
}

}  // namespace

void attend(const Shape& shape, const float* q, const float* k, const float* v, float* o, void* scratch) {
  const Memory memory = divide(shape, scratch);
  const int dim = shape.head_dim;
  std::fill(memory.keys, memory.keys + static_cast<std::ptrdiff_t>(tile) * dim, 0.0F);
  for (int head = 0; head < shape.query_heads(); ++head) {
    const std::size_t at = static_cast<std::size_t>(head) * shape.head_size();
    const std::size_t key_at = static_cast<std::size_t>(shape.key_head_of(head)) * shape.head_size();
    std::fill(o + at, o + at + shape.head_size(), 0.0F);
    std::fill(memory.most, memory.most + shape.tokens, minus_infinity);
    std::fill(memory.sum, memory.sum + shape.tokens, 0.0F);
    for (int key = 0; key < shape.tokens; key += tile) {
      transpose(std::min(tile, shape.tokens - key), dim,
                {k + key_at + static_cast<std::ptrdiff_t>(key) * dim, dim}, {memory.keys, tile});
      for (int query = key; query < shape.tokens; query += tile)
        attend_tile(shape, query, key, q + at, v + key_at, o + at, memory);
    }
  }
}

}  // namespace mls::attention
