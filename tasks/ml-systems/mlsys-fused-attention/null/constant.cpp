// Null method: the mean of the values seen so far, whatever the scores.
#include <cstddef>

#include "surface.hpp"

void mls::attention::attend(const Shape& shape, const float*, const float*, const float* v, float* o, void*) {
  const auto dim = static_cast<std::size_t>(shape.head_dim);
  for (int head = 0; head < shape.query_heads(); ++head) {
    float* out = o + static_cast<std::size_t>(head) * shape.head_size();
    const float* values = v + static_cast<std::size_t>(shape.key_head_of(head)) * shape.head_size();
    for (std::size_t at = 0; at < shape.head_size(); ++at) {
      const auto seen = static_cast<float>(at / dim);
      out[at] = ((at < dim ? 0 : out[at - dim] * seen) + values[at]) / (seen + 1);
    }
  }
}
