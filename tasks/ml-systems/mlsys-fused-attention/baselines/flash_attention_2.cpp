// Dao. FlashAttention-2: faster attention with better parallelism and work partitioning. ICLR 2024, Algorithm
// 1: tiles of queries outside, tiles of keys inside; the output stays unnormalised until the last tile, scale
// and log2(e) go into the queries, only tiles on the diagonal are masked. Tiles of 128 queries and 64 keys,
// 64 and 64 from head dimension 256 on.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "surface.hpp"

namespace mls::attention {
namespace {

constexpr int tile = 64;  // keys
constexpr int most_rows = 128;
constexpr float log2_e = 1.44269504F;
constexpr float minus_infinity = -std::numeric_limits<float>::infinity();

/// What is known of a tile of queries. The arrays lie in the scratch memory, one after the other.
struct State {
  float* queries;  // rows x head_dim, scaled
  float* output;   // rows x head_dim, unnormalised
  float* keys;     // transposed tile
  float* scores;   // rows x tile
  float most[most_rows];
  float sum[most_rows];
};

State divide(const Shape& shape, int rows, void* scratch) {
  State state{};
  state.queries = static_cast<float*>(scratch);
  state.output = state.queries + static_cast<std::ptrdiff_t>(rows) * shape.head_dim;
  state.keys = state.output + static_cast<std::ptrdiff_t>(rows) * shape.head_dim;
  state.scores = state.keys + static_cast<std::ptrdiff_t>(tile) * shape.head_dim;
  return state;
}

/// Scores to weights relative to the running maximum; returns by what earlier weights have to be multiplied.
float exponentiate(float* scores, float& most, float& sum_so_far) {
  __m256 now = _mm256_set1_ps(most);
  for (int i = 0; i < tile; i += 8) now = _mm256_max_ps(now, _mm256_loadu_ps(scores + i));
  const float most_now = largest(now);
  const __m256 shift = _mm256_set1_ps(most_now);
  __m256 total = _mm256_setzero_ps();
  for (int i = 0; i < tile; i += 8) {
    const __m256 weight = exp2(_mm256_sub_ps(_mm256_loadu_ps(scores + i), shift));
    _mm256_storeu_ps(scores + i, weight);
    total = _mm256_add_ps(total, weight);
  }
  const float shrink = std::exp2(most - most_now);
  sum_so_far = sum_so_far * shrink + sum(total);
  most = most_now;
  return shrink;
}

/// Hides the keys that come after their query.
void mask(State& state, int first, int rows, int key) {
  for (int row = 0; row < rows; ++row) {
    float* scores = state.scores + row * tile;
    const int seen = std::clamp(first + row - key + 1, 0, tile);
    std::fill(scores + seen, scores + tile, minus_infinity);
  }
}

void begin(State& state, const float* q, int rows, int dim) {
  const float factor = log2_e / std::sqrt(static_cast<float>(dim));
  std::copy(q, q + static_cast<std::ptrdiff_t>(rows) * dim, state.queries);
  scale(state.queries, factor, rows * dim);
  std::fill(state.output, state.output + static_cast<std::ptrdiff_t>(rows) * dim, 0.0F);
  std::fill(state.most, state.most + rows, minus_infinity);
  std::fill(state.sum, state.sum + rows, 0.0F);
}

void finish(const State& state, int rows, int dim, float* o) {
  for (int row = 0; row < rows; ++row) {
    const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(row) * dim;
    scale(state.output + at, 1 / state.sum[row], dim);
    std::copy(state.output + at, state.output + at + dim, o + at);
  }
}

void attend_queries(const Shape& shape, int first, int rows, const float* q, const float* k, const float* v,
                    float* o, State& state) {
  const int dim = shape.head_dim;
  const auto offset = [dim](int token) { return static_cast<std::ptrdiff_t>(token) * dim; };
  begin(state, q + offset(first), rows, dim);
  for (int key = 0; key < first + rows; key += tile) {
    const int columns = std::min(tile, shape.tokens - key);
    transpose(columns, dim, {k + offset(key), dim}, {state.keys, tile});
    multiply(rows, tile, dim, {state.queries, dim}, {state.keys, tile}, {state.scores, tile});
    if (key + tile > first + 1) mask(state, first, rows, key);
    for (int row = 0; row < rows; ++row) {
      const float shrink = exponentiate(state.scores + row * tile, state.most[row], state.sum[row]);
      scale(state.output + offset(row), shrink, dim);
    }
    multiply_add(rows, dim, columns, {state.scores, tile}, {v + offset(key), dim}, {state.output, dim});
  }
  finish(state, rows, dim, o + offset(first));
}

}  // namespace

void attend(const Shape& shape, const float* q, const float* k, const float* v, float* o, void* scratch) {
  const int rows = shape.head_dim >= 256 ? 64 : 128;
  State state = divide(shape, rows, scratch);
  std::fill(state.keys, state.keys + static_cast<std::ptrdiff_t>(tile) * shape.head_dim, 0.0F);
  for (int head = 0; head < shape.query_heads(); ++head) {
    const std::size_t at = static_cast<std::size_t>(head) * shape.head_size();
    const std::size_t key_at = static_cast<std::size_t>(shape.key_head_of(head)) * shape.head_size();
    for (int first = 0; first < shape.tokens; first += rows)
      attend_queries(shape, first, std::min(rows, shape.tokens - first), q + at, k + key_at, v + key_at,
                     o + at, state);
  }
}

}  // namespace mls::attention
