#include "lib/vision/judge/scenes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/error.hpp"

namespace mls::vision {
namespace {

/// Opaque red.
Icon red_square() {
  Icon icon{};
  for (std::size_t p = 0; p < icon.size(); p += 4) {
    icon[p] = 1;
    icon[p + 3] = 1;
  }
  return icon;
}

std::vector<float> rendered(const Icon& icon, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<float> out(scene_size.values());
  render(icon, rng, out);
  return out;
}

TEST(Scenes, IconCoversTheMiddleAndIsTinted) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const std::vector<float> scene = rendered(red_square(), seed);
    const std::size_t middle = 8 * scene_side + 8;
    constexpr std::size_t plane = std::size_t{scene_side} * scene_side;
    EXPECT_GT(scene[middle], 0.8 - 0.25);
    EXPECT_NEAR(scene[plane + middle], 0, 0.25);
    EXPECT_NEAR(scene[2 * plane + middle], 0, 0.25);
  }
}

TEST(Scenes, SameDrawsSameScene) {
  EXPECT_EQ(rendered(red_square(), 5), rendered(red_square(), 5));
  EXPECT_NE(rendered(red_square(), 5), rendered(red_square(), 6));
}

TEST(Scenes, BackgroundShowsThroughAnEmptyIcon) {
  const std::vector<float> scene = rendered(Icon{}, 1);
  const auto [least, most] = std::ranges::minmax(scene);
  EXPECT_GT(most - least, 0.5);
  EXPECT_GT(least, -0.3);
  EXPECT_LT(most, 1.3);
}

TEST(Scenes, TableOfIconsIsChecked) {
  const data::RgbaImage sheet{34, 34, std::vector<std::uint8_t>(std::size_t{34} * 34 * 4)};
  EXPECT_THROW(Icons(sheet, sheet, "no JSON"), Error);
  EXPECT_THROW(Icons(sheet, sheet, "[]"), Error);
}

}  // namespace
}  // namespace mls::vision
