// The sizes of one call of causal attention, and where its numbers lie.
#pragma once

#include <cstddef>

namespace mls::attention {

/// q and o are [batch][heads][tokens][head_dim], k and v [batch][kv_heads][tokens][head_dim], row-major f32.
struct Shape {
  int batch = 1;
  int heads = 1;
  int kv_heads = 1;  ///< divides heads; query head h reads key head h / (heads / kv_heads)
  int tokens = 0;
  int head_dim = 0;               ///< a multiple of 16
  std::size_t scratch_bytes = 0;  ///< working memory of a method

  [[nodiscard]] std::size_t head_size() const {
    return static_cast<std::size_t>(tokens) * static_cast<std::size_t>(head_dim);
  }
  /// How many heads q has in all, over the batch.
  [[nodiscard]] int query_heads() const { return batch * heads; }
  [[nodiscard]] int key_heads() const { return batch * kv_heads; }
  /// The key head that query head `head` of query_heads() reads.
  [[nodiscard]] int key_head_of(int head) const { return head / (heads / kv_heads); }
};

}  // namespace mls::attention
