#include "lib/attention/judge/reference.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

#include "lib/attention/shared/kernels.hpp"

namespace mls::attention {
namespace {

constexpr int tile = 64;
constexpr float log2_e = 1.44269504F;
constexpr float minus_infinity = -std::numeric_limits<float>::infinity();

/// Running maximum and sum of the powers in one row.
struct Row {
  float largest = minus_infinity;
  float sum = 0;
};

/// Replaces a row of `tile` scores by powers of two below the running maximum; returns by what the row's
/// earlier sums have to be multiplied.
float exponentiate(float* scores, Row& row) {
  __m256 most = _mm256_set1_ps(row.largest);
  for (int i = 0; i < tile; i += 8) most = _mm256_max_ps(most, _mm256_loadu_ps(scores + i));
  const float largest_now = largest(most);
  const __m256 shift = _mm256_set1_ps(largest_now);
  __m256 total = _mm256_setzero_ps();
  for (int i = 0; i < tile; i += 8) {
    const __m256 power = exp2(_mm256_sub_ps(_mm256_loadu_ps(scores + i), shift));
    _mm256_storeu_ps(scores + i, power);
    total = _mm256_add_ps(total, power);
  }
  const float factor = std::exp2(row.largest - largest_now);
  row = {largest_now, row.sum * factor + sum(total)};
  return factor;
}

}  // namespace

Reference::Reference(const Shape& shape)
    : shape_(shape),
      queries_(static_cast<std::size_t>(tile * shape.head_dim)),
      keys_(queries_.size()),
      scores_(static_cast<std::size_t>(tile) * tile),
      sums_(queries_.size()) {}

void Reference::run(std::span<const float> q, std::span<const float> k, std::span<const float> v,
                    std::span<float> o) {
  const std::size_t size = shape_.head_size();
  for (int head = 0; head < shape_.query_heads(); ++head) {
    const std::size_t at = static_cast<std::size_t>(head) * size;
    const std::size_t key_at = static_cast<std::size_t>(shape_.key_head_of(head)) * size;
    for (int first = 0; first < shape_.tokens; first += tile)
      run_queries(first, &q[at], &k[key_at], &v[key_at], &o[at]);
  }
}

void Reference::run_queries(int first, const float* q, const float* k, const float* v, float* o) {
  const int dim = shape_.head_dim;
  const int rows = std::min(tile, shape_.tokens - first);
  const float factor = log2_e / std::sqrt(static_cast<float>(dim));
  const auto offset = [dim](int token) { return static_cast<std::ptrdiff_t>(token) * dim; };
  std::transform(q + offset(first), q + offset(first + rows), queries_.begin(),
                 [factor](float x) { return factor * x; });
  std::fill(sums_.begin(), sums_.end(), 0.0F);
  std::array<Row, tile> state{};
  for (int key = 0; key <= first; key += tile) {
    const int columns = std::min(tile, shape_.tokens - key);
    transpose(columns, dim, {k + offset(key), dim}, {keys_.data(), tile});
    multiply(rows, tile, dim, {queries_.data(), dim}, {keys_.data(), tile}, {scores_.data(), tile});
    for (int row = 0; row < rows; ++row) {
      float* scores = scores_.data() + static_cast<std::ptrdiff_t>(row) * tile;
      if (key == first) std::fill(scores + row + 1, scores + tile, minus_infinity);
      const float shrink = exponentiate(scores, state[static_cast<std::size_t>(row)]);
      scale(sums_.data() + offset(row), shrink, dim);
    }
    multiply_add(rows, dim, columns, {scores_.data(), tile}, {v + offset(key), dim}, {sums_.data(), dim});
  }
  for (int row = 0; row < rows; ++row) {
    scale(sums_.data() + offset(row), 1 / state[static_cast<std::size_t>(row)].sum, dim);
    std::copy_n(sums_.data() + offset(row), dim, o + offset(first + row));
  }
}

std::vector<double> exact_row(const Shape& shape, const float* q_row, const float* k, const float* v,
                              int token) {
  const int dim = shape.head_dim;
  std::vector<double> scores;
  for (int key = 0; key <= token; ++key) {
    double score = 0;
    for (int i = 0; i < dim; ++i)
      score += double{q_row[i]} * double{k[static_cast<std::ptrdiff_t>(key) * dim + i]};
    scores.push_back(score / std::sqrt(static_cast<double>(dim)));
  }
  const double most = *std::max_element(scores.begin(), scores.end());
  std::vector<double> out(static_cast<std::size_t>(dim));
  double total = 0;
  for (int key = 0; key <= token; ++key) {
    const double weight = std::exp(scores[static_cast<std::size_t>(key)] - most);
    total += weight;
    for (int i = 0; i < dim; ++i)
      out[static_cast<std::size_t>(i)] += weight * v[static_cast<std::ptrdiff_t>(key) * dim + i];
  }
  for (double& x : out) x /= total;
  return out;
}

double relative_error(std::span<const float> one, std::span<const float> other, std::span<const float> v) {
  double error = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    const double difference = std::abs(double{one[i]} - double{other[i]});
    if (std::isnan(difference)) return std::numeric_limits<double>::infinity();
    error = std::max(error, difference);
  }
  double scale_of_v = 0;
  for (const float x : v) scale_of_v = std::max(scale_of_v, std::abs(double{x}));
  return scale_of_v > 0 ? error / scale_of_v : error;
}

}  // namespace mls::attention
