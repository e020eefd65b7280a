#include "lib/attention/shared/kernels.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "core/rng.hpp"

namespace mls::attention {
namespace {

std::vector<float> normals(int count, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = static_cast<float>(rng.normal());
  return values;
}

using Function = __m256 (*)(__m256);

double value_of(Function function, float x) {
  float out[8];
  _mm256_storeu_ps(out, function(_mm256_set1_ps(x)));
  return out[3];
}

TEST(Multiply, AgreesWithTheDefinitionForEveryRemainder) {
  for (const int rows : {1, 2, 3, 4, 5, 6, 7, 13, 64}) {
    for (const int columns : {8, 16, 24, 64}) {
      for (const int inner : {0, 1, 7, 64}) {
        const auto a = normals(rows * 70, 1);
        const auto b = normals(64 * 80, 2);
        std::vector<float> set(static_cast<std::size_t>(rows * 90), 3.0F);
        auto added = set;
        multiply(rows, columns, inner, {a.data(), 70}, {b.data(), 80}, {set.data(), 90});
        multiply_add(rows, columns, inner, {a.data(), 70}, {b.data(), 80}, {added.data(), 90});
        for (int r = 0; r < rows; ++r) {
          for (int c = 0; c < 90; ++c) {
            double exact = 0;
            for (int i = 0; c < columns && i < inner; ++i)
              exact += double{a[static_cast<std::size_t>(r * 70 + i)]} *
                       double{b[static_cast<std::size_t>(i * 80 + c)]};
            const auto at = static_cast<std::size_t>(r * 90 + c);
            EXPECT_NEAR(set[at], c < columns ? exact : 3, 1e-5);
            EXPECT_NEAR(added[at], c < columns ? exact + 3 : 3, 1e-5);
          }
        }
      }
    }
  }
}

TEST(Transpose, MovesEveryNumberAndPadsWithZeros) {
  for (const int rows : {1, 8, 15, 16, 21, 64}) {
    const auto from = normals(rows * 40, 3);
    std::vector<float> to(24 * 70, 5.0F);
    transpose(rows, 24, {from.data(), 40}, {to.data(), 70});
    const int padded = (rows + 15) / 16 * 16;
    for (int c = 0; c < 24; ++c) {
      for (int r = 0; r < 70; ++r) {
        const float expected = r < rows     ? from[static_cast<std::size_t>(r * 40 + c)]
                               : r < padded ? 0.0F
                                            : 5.0F;
        EXPECT_EQ(to[static_cast<std::size_t>(c * 70 + r)], expected);
      }
    }
  }
}

TEST(Vectors, AgreeWithTheDefinition) {
  for (const int size : {8, 16, 24, 256}) {
    const auto a = normals(size, 4);
    auto b = normals(size, 5);
    double exact = 0;
    for (std::size_t i = 0; i < a.size(); ++i) exact += double{a[i]} * double{b[i]};
    EXPECT_NEAR(dot(a.data(), b.data(), size), exact, 1e-4);
    const auto before = b;
    add_scaled(b.data(), 2.0F, a.data(), size);
    scale(b.data(), 0.5F, size);
    for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(b[i], before[i] / 2 + a[i], 1e-6);
  }
}

TEST(Lanes, LargestAndSum) {
  const __m256 x = _mm256_setr_ps(1, -2, 3, 4, -5, 60, 7, 8);
  EXPECT_EQ(largest(x), 60);
  EXPECT_EQ(sum(x), 76);
}

TEST(Exponentials, AreAccurate) {
  for (double x = -86; x < 88; x += 0.0137) {
    const auto at = static_cast<float>(x);
    EXPECT_NEAR(value_of(exp, at) / std::exp(double{at}), 1, 2e-7) << at;
    EXPECT_NEAR(value_of(exp2, at) / std::exp2(double{at}), 1, 2e-7) << at;
  }
}

TEST(Exponentials, OfMinusInfinityAreAsGoodAsZero) {
  constexpr float minus_infinity = -std::numeric_limits<float>::infinity();
  EXPECT_LT(value_of(exp, minus_infinity), 1e-37);
  EXPECT_LT(value_of(exp2, minus_infinity), 2e-38);
  EXPECT_EQ(value_of(exp2, 0), 1);
  EXPECT_EQ(value_of(exp, 0), 1);
}

}  // namespace
}  // namespace mls::attention
