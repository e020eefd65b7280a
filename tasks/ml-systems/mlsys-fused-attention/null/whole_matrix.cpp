// Null method: standard attention, which writes all scores of a head to memory of its own before it looks at
// them again. Right, and more than the host may have.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "surface.hpp"

namespace mls::attention {
namespace {

const float* row_of(const float* rows, std::size_t at, const Shape& shape) {
  return rows + at * static_cast<std::size_t>(shape.head_dim);
}

void attend_head(const Shape& shape, const float* q, const float* k, const float* v, float* o) {
  const auto tokens = static_cast<std::size_t>(shape.tokens);
  const float scaled = 1 / std::sqrt(static_cast<float>(shape.head_dim));
  std::vector<std::vector<float>> scores(tokens);
  for (std::size_t i = 0; i < tokens; ++i)
    for (std::size_t j = 0; j <= i; ++j)
      scores[i].push_back(scaled * dot(row_of(q, i, shape), row_of(k, j, shape), shape.head_dim));
  std::fill(o, o + shape.head_size(), 0.0F);
  for (std::size_t i = 0; i < tokens; ++i) {
    const float most = *std::max_element(scores[i].begin(), scores[i].end());
    float sum = 0;
    for (float& score : scores[i]) sum += score = std::exp(score - most);
    float* out = o + i * static_cast<std::size_t>(shape.head_dim);
    for (std::size_t j = 0; j <= i; ++j)
      add_scaled(out, scores[i][j] / sum, row_of(v, j, shape), shape.head_dim);
  }
}

}  // namespace

void attend(const Shape& shape, const float* q, const float* k, const float* v, float* o, void*) {
  for (int head = 0; head < shape.query_heads(); ++head) {
    const std::size_t at = static_cast<std::size_t>(head) * shape.head_size();
    const std::size_t key_at = static_cast<std::size_t>(shape.key_head_of(head)) * shape.head_size();
    attend_head(shape, q + at, k + key_at, v + key_at, o + at);
  }
}

}  // namespace mls::attention
