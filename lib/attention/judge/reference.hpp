// Causal attention as the judge computes it: fast for timing and comparing, and exact for tests.
#pragma once

#include <span>
#include <vector>

#include "lib/attention/shared/shape.hpp"

namespace mls::attention {

/// The yardstick: FlashAttention-2 (Dao 2024) with tiles of 64 queries and 64 keys, in f32. Scale is
/// 1/sqrt(head_dim). Sizes as in Shape.
class Reference {
 public:
  explicit Reference(const Shape& shape);
  void run(std::span<const float> q, std::span<const float> k, std::span<const float> v, std::span<float> o);

 private:
  void run_queries(int first, const float* q, const float* k, const float* v, float* o);

  Shape shape_;
  std::vector<float> queries_;
  std::vector<float> keys_;
  std::vector<float> scores_;
  std::vector<float> sums_;
};

/// Row `token` of one head in double precision; k and v are that head's [tokens][head_dim].
[[nodiscard]] std::vector<double> exact_row(const Shape& shape, const float* q_row, const float* k,
                                            const float* v, int token);

/// Largest |one - other| over the largest |v|: 0 where equal. NaN anywhere gives infinity.
[[nodiscard]] double relative_error(std::span<const float> one, std::span<const float> other,
                                    std::span<const float> v);

}  // namespace mls::attention
