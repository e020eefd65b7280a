// Milakov, Gimelshein. Online normalizer calculation for softmax. arXiv:1805.02867, 2018. Row by row in one
// pass over the keys: maximum, sum and weighted values are kept up to date together (as Rabe, Staats,
// arXiv:2112.05682, 2021, carry it over to attention).
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "surface.hpp"

namespace mls::attention {
namespace {

void attend_row(const Shape& shape, int token, const float* q, const float* k, const float* v, float* out) {
  const int dim = shape.head_dim;
  const auto row = [dim](const float* rows, int at) { return rows + static_cast<std::ptrdiff_t>(at) * dim; };
  const float scaled = 1 / std::sqrt(static_cast<float>(dim));
  float most = -std::numeric_limits<float>::infinity();
  float sum = 0;
  std::fill(out, out + dim, 0.0F);
  for (int key = 0; key <= token; ++key) {
    const float score = scaled * dot(row(q, token), row(k, key), dim);
    if (score > most) {
      const float shrink = std::exp(most - score);
      sum *= shrink;
      scale(out, shrink, dim);
      most = score;
    }
    const float weight = std::exp(score - most);
    sum += weight;
    add_scaled(out, weight, row(v, key), dim);
  }
  scale(out, 1 / sum, dim);
}

}  // namespace

void attend(const Shape& shape, const float* q, const float* k, const float* v, float* o, void*) {
  for (int head = 0; head < shape.query_heads(); ++head) {
    const std::size_t at = static_cast<std::size_t>(head) * shape.head_size();
    const std::size_t key_at = static_cast<std::size_t>(shape.key_head_of(head)) * shape.head_size();
    for (int token = 0; token < shape.tokens; ++token)
      attend_row(shape, token, q + at, k + key_at, v + key_at,
                 o + at + static_cast<std::ptrdiff_t>(token) * shape.head_dim);
  }
}

}  // namespace mls::attention
