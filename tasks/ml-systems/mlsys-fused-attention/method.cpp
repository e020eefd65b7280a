// Safe softmax, row by row: scores, their maximum and sum, then the weighted sum of the values.
#include <algorithm>
#include <cmath>
#include <cstddef>

#include "surface.hpp"

namespace mls::attention {
namespace {

/// `scores` has room for all tokens.
void attend_row(const Shape& shape, int token, const float* q, const float* k, const float* v, float* o,
                float* scores) {
  const int dim = shape.head_dim;
  const auto row = [dim](const float* rows, int at) { return rows + static_cast<std::ptrdiff_t>(at) * dim; };
  const float scaled = 1 / std::sqrt(static_cast<float>(dim));
  for (int key = 0; key <= token; ++key) scores[key] = scaled * dot(row(q, token), row(k, key), dim);
  const float most = *std::max_element(scores, scores + token + 1);
  float sum = 0;
  for (int key = 0; key <= token; ++key) sum += scores[key] = std::exp(scores[key] - most);
  float* out = o + static_cast<std::ptrdiff_t>(token) * dim;
  std::fill(out, out + dim, 0.0F);
  for (int key = 0; key <= token; ++key) add_scaled(out, scores[key] / sum, row(v, key), dim);
}

}  // namespace

void attend(const Shape& shape, const float* q, const float* k, const float* v, float* o, void* scratch) {
  for (int head = 0; head < shape.query_heads(); ++head) {
    const std::size_t at = static_cast<std::size_t>(head) * shape.head_size();
    const std::size_t key_at = static_cast<std::size_t>(shape.key_head_of(head)) * shape.head_size();
    for (int token = 0; token < shape.tokens; ++token)
      attend_row(shape, token, q + at, k + key_at, v + key_at, o + at, static_cast<float*>(scratch));
  }
}

}  // namespace mls::attention
