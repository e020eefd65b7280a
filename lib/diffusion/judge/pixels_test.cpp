#include "lib/diffusion/judge/pixels.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace mls::diffusion {
namespace {

TEST(Pixels, CropsAndAverages) {
  // Two images of 6 x 6; the middle 4 x 4 is averaged over squares of 2 x 2.
  std::vector<std::uint8_t> pixels(72, 0);
  pixels[6 * 1 + 1] = 255;  // first pixel of the crop
  for (int y = 3; y < 5; ++y)
    for (int x = 3; x < 5; ++x) pixels[static_cast<std::size_t>(36 + 6 * y + x)] = 255;
  pixels[36] = 255;  // outside
  const Matrix rows = small_images(pixels, 6, 4, 2);
  ASSERT_EQ(rows.rows(), 2);
  Matrix expected(2, 4);
  expected << -0.5, -1, -1, -1, -1, -1, -1, 1;
  EXPECT_LT((rows - expected).norm(), 1e-12);
  EXPECT_THROW((void)small_images(pixels, 6, 5, 5), std::invalid_argument);
  EXPECT_THROW((void)small_images(pixels, 6, 4, 3), std::invalid_argument);
}

}  // namespace
}  // namespace mls::diffusion
