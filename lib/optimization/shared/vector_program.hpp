// Programs over vectors that live with the judge: how a host says "gradient of block 7 at vector 0 into
// vector 3". Instructions are words of 32 bits, their factors doubles of a second stream; nothing else
// travels, no vector ever does.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mls::optimization {

enum class Instruction : std::int32_t {
  batch = 0,    ///< into, at, count, block * count: mean gradient of the blocks
  full = 1,     ///< into, at: gradient of the whole sum
  combine = 2,  ///< into, count, vector * count; consumes `count` factors: into = sum of factor * vector
  dot = 3,      ///< left, right: the inner product is answered
  commit = 4,   ///< vector: the answer from now on
};

/// The most terms of one `combine`.
inline constexpr int max_terms = 16;
/// What an inner product costs, in component gradients.
inline constexpr int dot_cost = 1;
/// Terms of `combine` and commits that may be executed for every component gradient of the budget: enough for
/// any method that does a few vector operations for each block, and a limit to what the judge computes for
/// nothing.
inline constexpr int terms_per_gradient = 4;

/// The most words of one program.
inline constexpr std::size_t max_words = std::size_t{1} << 18;

/// Live vectors beside one for each block.
inline constexpr int spare_vectors = 64;

}  // namespace mls::optimization
