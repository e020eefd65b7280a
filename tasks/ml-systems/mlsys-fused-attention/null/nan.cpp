// Null method: no numbers.
#include <algorithm>
#include <limits>

#include "surface.hpp"

void mls::attention::attend(const Shape& shape, const float*, const float*, const float*, float* o, void*) {
  std::fill(o, o + shape.head_size() * static_cast<std::size_t>(shape.query_heads()),
            std::numeric_limits<float>::quiet_NaN());
}
