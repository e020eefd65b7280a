#include "judge/magnitude.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace mls::judge {
namespace {

TEST(Magnitude, IsThatOfTheLargestWhateverItsSign) {
  EXPECT_EQ(largest_magnitude({}), 0);
  EXPECT_EQ(largest_magnitude(std::vector<float>{1, -3, 2, -0.0F}), 3);
  EXPECT_EQ(largest_magnitude(std::vector<float>{-std::numeric_limits<float>::denorm_min(), 0}),
            std::numeric_limits<float>::denorm_min());
}

TEST(Magnitude, OneValueThatIsNoNumberIsFoundAnywhere) {
  using Limits = std::numeric_limits<float>;
  for (const float bad : {Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN(), -Limits::quiet_NaN(),
                          Limits::signaling_NaN()}) {
    for (std::size_t at = 0; at < 67; ++at) {
      std::vector<float> values(67, Limits::max());
      EXPECT_TRUE(all_finite(values));
      values[at] = bad;
      EXPECT_FALSE(all_finite(values)) << bad << " at " << at;
    }
  }
}

}  // namespace
}  // namespace mls::judge
