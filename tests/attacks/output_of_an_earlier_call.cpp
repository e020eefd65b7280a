// task: mlsys-fused-attention
// route: timing games
// tries: to compute once and to answer all later calls with that output
// expect: invalid_output
// message: call 1,
// honest: flash_attention_2
// setting: ragged-gqa

#include "surface.hpp"
#define attend honest_attend
#include "honest.cpp"
#undef attend

namespace {

bool done = false;

}  // namespace

void mls::attention::attend(const Shape& shape, const float* q, const float* k, const float* v, float* o,
                            void* scratch) {
  if (!done) honest_attend(shape, q, k, v, o, scratch);  // o is the same memory in every call
  done = true;
}
