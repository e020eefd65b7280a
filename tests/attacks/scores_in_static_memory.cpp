// task: mlsys-fused-attention
// route: memory beyond the scratch
// tries: to keep half a matrix of scores, 2 MB of the 4, in static memory, which no allocation shows
// expect: oom
// honest: flash_attention_2
// setting: ragged-gqa

#include <algorithm>

#include "surface.hpp"
#define attend honest_attend
#include "honest.cpp"
#undef attend

namespace {

float scores[1023 * 1024 / 2];

}  // namespace

void mls::attention::attend(const Shape& shape, const float* q, const float* k, const float* v, float* o,
                            void* scratch) {
  std::fill(std::begin(scores), std::end(scores), q[0]);
  honest_attend(shape, q, k, v, o, scratch);
  o[0] += scores[0] - q[0];
}
