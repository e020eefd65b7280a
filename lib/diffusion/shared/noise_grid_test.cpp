#include "lib/diffusion/shared/noise_grid.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace mls::diffusion {
namespace {

TEST(NoiseGrid, KarrasHasItsEndsAndIsUniformInTheRoot) {
  const auto grid = karras_grid(80, 0.002, 18);
  ASSERT_EQ(grid.size(), 18U);
  EXPECT_EQ(grid.front(), 80);
  EXPECT_EQ(grid.back(), 0.002);
  EXPECT_NEAR(grid[1], 57.586, 1e-3);  // table of the authors' defaults
  const double step = std::pow(80, 1.0 / 7) - std::pow(grid[1], 1.0 / 7);
  for (std::size_t i = 2; i < grid.size(); ++i)
    EXPECT_NEAR(std::pow(grid[i - 1], 1.0 / 7) - std::pow(grid[i], 1.0 / 7), step, 1e-12);
}

TEST(NoiseGrid, LogSnrIsGeometric) {
  const auto grid = log_snr_grid(100, 0.01, 5);
  const double expected[] = {100, 10, 1, 0.1, 0.01};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(grid[i], expected[i], 1e-12 * expected[i]);
}

TEST(NoiseGrid, RefusesWhatIsNoGrid) {
  EXPECT_THROW((void)karras_grid(80, 0.002, 1), std::invalid_argument);
  EXPECT_THROW((void)log_snr_grid(1, 0, 5), std::invalid_argument);
  EXPECT_THROW((void)log_snr_grid(1, 2, 5), std::invalid_argument);
}

}  // namespace
}  // namespace mls::diffusion
