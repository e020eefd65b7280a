// What a method implements: causal attention as one function. Read-only.
#pragma once

#include "lib/attention/shared/kernels.hpp"  // offered: products of tiles, transposition, vector exponentials
#include "lib/attention/shared/shape.hpp"    // Shape: the sizes, and how the arrays lie in memory

namespace mls::attention {

/// For every query head and token i, o_i = sum over j <= i of w_ij v_j with w_ij proportional to
/// exp(<q_i, k_j> / sqrt(head_dim)), summing to one over j <= i.
///
/// All arrays are f32 and begin at a multiple of 64 bytes; q, k, v are followed by 64 not-a-numbers. `o`
/// holds anything. `scratch` has shape.scratch_bytes, begins at a multiple of 64 bytes, and is the only
/// memory to work in besides the stack (1 MB at most); it keeps nothing from one call to the next, and
/// neither may the method. Sizes are the same in all calls of a run, numbers never.
///
/// One thread, x86-64-v3 (AVX2, FMA, F16C, no AVX-512); <immintrin.h> may be used.
void attend(const Shape& shape, const float* q, const float* k, const float* v, float* o, void* scratch);

}  // namespace mls::attention
