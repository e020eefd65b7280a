// task: mlsys-fused-attention
// route: timing games
// tries: to be timed with registers twice as wide as those of the reference
// expect: rejected
// message: could change the instruction set

#include <immintrin.h>

#include "surface.hpp"

namespace {

__attribute__((target("avx512f"))) float sum(const float* x) {
  return _mm512_reduce_add_ps(_mm512_loadu_ps(x));
}

}  // namespace

void mls::attention::attend(const Shape&, const float* q, const float*, const float*, float* o, void*) {
  *o = sum(q);
}
