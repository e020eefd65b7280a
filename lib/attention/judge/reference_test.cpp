#include "lib/attention/judge/reference.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "lib/attention/judge/inputs.hpp"

namespace mls::attention {
namespace {

/// Largest error of the reference against double precision, over the largest |v|.
double error_of_reference(const Shape& shape, std::uint64_t seed) {
  Rng rng(seed);
  const Inputs inputs = draw_inputs(shape, rng);
  std::vector<float> o(inputs.q.size());
  Reference(shape).run(inputs.q, inputs.k, inputs.v, o);
  std::vector<float> exact;
  const auto dim = static_cast<std::size_t>(shape.head_dim);
  for (int head = 0; head < shape.query_heads(); ++head) {
    const std::size_t keys = static_cast<std::size_t>(shape.key_head_of(head)) * shape.head_size();
    for (int token = 0; token < shape.tokens; ++token) {
      const std::size_t at =
          static_cast<std::size_t>(head) * shape.head_size() + static_cast<std::size_t>(token) * dim;
      for (const double x : exact_row(shape, &inputs.q[at], &inputs.k[keys], &inputs.v[keys], token))
        exact.push_back(static_cast<float>(x));
    }
  }
  return relative_error(o, exact, inputs.v);
}

// Scores of 100 are off by some 1e-5 in single precision, and weights with them.
constexpr double within = 1.5e-5;

TEST(Reference, IsExactInEveryShape) {
  EXPECT_LT(error_of_reference({.tokens = 256, .head_dim = 64}, 1), within);
  EXPECT_LT(error_of_reference({.tokens = 203, .head_dim = 16}, 2), within);
  EXPECT_LT(error_of_reference({.heads = 4, .kv_heads = 2, .tokens = 129, .head_dim = 32}, 3), within);
  EXPECT_LT(error_of_reference({.batch = 2, .heads = 2, .kv_heads = 1, .tokens = 63, .head_dim = 256}, 4),
            within);
}

TEST(Inputs, HoldEveryHazard) {
  const Shape shape{.tokens = 640, .head_dim = 64};
  Rng rng(5);
  const Inputs inputs = draw_inputs(shape, rng);
  double most = 0;
  int zeros = 0;
  for (int token = 0; token < shape.tokens; ++token) {
    const float* query = &inputs.q[static_cast<std::size_t>(token) * 64];
    zeros += std::all_of(query, query + 64, [](float x) { return x == 0; });
    for (int key = 0; key <= token; ++key) {
      double score = 0;
      for (int i = 0; i < 64; ++i)
        score += double{query[i]} *
                 double{inputs.k[static_cast<std::size_t>(key) * 64 + static_cast<std::size_t>(i)]};
      most = std::max(most, std::abs(score / 8));
    }
  }
  EXPECT_EQ(zeros, 16);
  EXPECT_GT(most, 60);
  EXPECT_LT(most, 150);
}

TEST(Inputs, NeverRepeat) {
  const Shape shape{.tokens = 64, .head_dim = 16};
  Rng rng(6);
  const Inputs first = draw_inputs(shape, rng);
  const Inputs second = draw_inputs(shape, rng);
  EXPECT_NE(first.q, second.q);
  EXPECT_NE(first.k, second.k);
  EXPECT_NE(first.v, second.v);
}

TEST(RelativeError, CountsNaNAsInfinite) {
  const std::vector<float> v{-4, 2};
  EXPECT_EQ(relative_error(std::vector<float>{1, 2}, std::vector<float>{1, 4}, v), 0.5);
  EXPECT_EQ(relative_error(std::vector<float>{1, std::nanf("")}, std::vector<float>{1, 4}, v),
            std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace mls::attention
