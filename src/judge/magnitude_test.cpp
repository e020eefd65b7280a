#include "judge/magnitude.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
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

TEST(Magnitude, CopiesAllAndFindsWhatIsNoNumberInAnyPartOfIt) {
  std::vector<float> values(5000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i) - 2500;
  values.back() = std::numeric_limits<float>::infinity();
  std::vector<float> copy(values.size() - 1);
  for (const Own own : {Own::source, Own::copy}) {
    EXPECT_EQ(copy_and_measure(values, copy, own), 2500) << "what is not copied does not count";
    EXPECT_TRUE(std::equal(copy.begin(), copy.end(), values.begin()));
    for (const std::size_t at : {0, 1023, 1024, 4998}) {
      std::vector<float> spoilt = values;
      spoilt[at] = std::numeric_limits<float>::infinity();
      EXPECT_FALSE(std::isfinite(copy_and_measure(spoilt, copy, own))) << at;
      EXPECT_TRUE(std::equal(copy.begin(), copy.end(), spoilt.begin())) << at;
    }
  }
}

}  // namespace
}  // namespace mls::judge
