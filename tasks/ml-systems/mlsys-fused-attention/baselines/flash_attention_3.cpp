// Shah, Bikshandi, Zhang, Thakkar, Ramani, Dao. FlashAttention-3: fast and accurate attention with asynchrony
// and low-precision. NeurIPS 2024, carried over to one core: the products of the next tile are issued before
// the softmax of this one, so that a wide core may overlap them; operands are laid out once for the matrix
// unit: keys are transposed once for each key head where the scratch memory holds them, and query heads that
// share a key head use them in turn. Tiles of 64 keys and 64 queries; of 128 queries where every tile of keys
// has to be laid out again for each tile of queries.
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
  float* queries;    // rows x head_dim, scaled
  float* output;     // rows x head_dim, unnormalised
  float* scores[2];  // rows x tile, of this tile of keys and the next
  float* keys;       // transposed tiles: all of a head, or one
  bool all_keys;
  int rows;
  float most[most_rows];
  float sum[most_rows];
};

/// Divides the scratch memory for tiles of `rows` queries; returns the number of floats needed.
std::ptrdiff_t divide(const Shape& shape, int rows, bool all_keys, float* scratch, State& state) {
  const std::ptrdiff_t size = static_cast<std::ptrdiff_t>(rows) * shape.head_dim;
  const std::ptrdiff_t tiles = all_keys ? (shape.tokens + tile - 1) / tile : 1;
  state.rows = rows;
  state.all_keys = all_keys;
  state.queries = scratch;
  state.output = state.queries + size;
  state.scores[0] = state.output + size;
  state.scores[1] = state.scores[0] + static_cast<std::ptrdiff_t>(rows) * tile;
  state.keys = state.scores[1] + static_cast<std::ptrdiff_t>(rows) * tile;
  return state.keys + tiles * tile * shape.head_dim - scratch;
}

State plan(const Shape& shape, float* scratch) {
  State state{};
  const auto room = static_cast<std::ptrdiff_t>(shape.scratch_bytes / sizeof(float));
  std::ptrdiff_t needed = divide(shape, 64, true, scratch, state);
  if (needed > room) needed = divide(shape, 128, false, scratch, state);
  std::fill(state.keys, scratch + needed, 0.0F);
  return state;
}

/// Lays out the tile of keys from `key` on; every tile has its place, or all have the same.
void lay_out(const Shape& shape, int key, const float* k, const State& state) {
  const int dim = shape.head_dim;
  const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(key) * dim;
  transpose(std::min(tile, shape.tokens - key), dim, {k + at, dim},
            {state.keys + (state.all_keys ? at : 0), tile});
}

void score(const Shape& shape, int rows, int key, const float* k, const State& state) {
  const int dim = shape.head_dim;
  if (!state.all_keys) lay_out(shape, key, k, state);
  const float* keys = state.keys + (state.all_keys ? static_cast<std::ptrdiff_t>(key) * dim : 0);
  multiply(rows, tile, dim, {state.queries, dim}, {keys, tile}, {state.scores[key / tile % 2], tile});
}

/// Scores to weights relative to the running maximum; corrects what was summed before.
void exponentiate(float* scores, float& most, float& sum_so_far, float* output, int dim) {
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
  scale(output, shrink, dim);
}

/// Hides the keys that come after their query.
void mask(float* scores, int first, int rows, int key) {
  for (int row = 0; row < rows; ++row) {
    const int seen = std::clamp(first + row - key + 1, 0, tile);
    std::fill(scores + row * tile + seen, scores + (row + 1) * tile, minus_infinity);
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

void attend_queries(const Shape& shape, int first, const float* q, const float* k, const float* v, float* o,
                    State& state) {
  const int dim = shape.head_dim;
  const int rows = std::min(state.rows, shape.tokens - first);
  const auto offset = [dim](int token) { return static_cast<std::ptrdiff_t>(token) * dim; };
  begin(state, q + offset(first), rows, dim);
  score(shape, rows, 0, k, state);
  for (int key = 0; key < first + rows; key += tile) {
    if (key + tile < first + rows) score(shape, rows, key + tile, k, state);
    float* scores = state.scores[key / tile % 2];
    if (key + tile > first + 1) mask(scores, first, rows, key);
    for (int row = 0; row < rows; ++row)
      exponentiate(scores + row * tile, state.most[row], state.sum[row], state.output + offset(row), dim);
    multiply_add(rows, dim, std::min(tile, shape.tokens - key), {scores, tile}, {v + offset(key), dim},
                 {state.output, dim});
  }
  finish(state, rows, dim, o + offset(first));
}

}  // namespace

void attend(const Shape& shape, const float* q, const float* k, const float* v, float* o, void* scratch) {
  State state = plan(shape, static_cast<float*>(scratch));
  const int sharing = shape.heads / shape.kv_heads;
  for (int head = 0; head < shape.query_heads(); ++head) {
    const std::size_t at = static_cast<std::size_t>(head) * shape.head_size();
    const std::size_t key_at = static_cast<std::size_t>(shape.key_head_of(head)) * shape.head_size();
    if (state.all_keys && head % sharing == 0)
      for (int key = 0; key < shape.tokens; key += tile) lay_out(shape, key, k + key_at, state);
    for (int first = 0; first < shape.tokens; first += state.rows)
      attend_queries(shape, first, q + at, k + key_at, v + key_at, o + at, state);
  }
}

}  // namespace mls::attention
