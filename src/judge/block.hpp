// Floats and their shape, owned by somebody else.
#pragma once

#include <span>

#include "core/tensor.hpp"

namespace mls::judge {

struct Block {
  std::span<const float> values;
  Shape shape;  ///< extents, outermost first; their product is values.size()
};

}  // namespace mls::judge
