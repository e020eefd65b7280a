#include "lib/optimization/judge/image_data.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace mls::optimization {
namespace {

ImageSet noise_images(int count, int side, Rng& rng) {
  ImageSet images{side, {}, {}};
  for (int i = 0; i < count * side * side; ++i)
    images.pixels.push_back(static_cast<std::uint8_t>(rng.below(256)));
  for (int i = 0; i < count; ++i) images.labels.push_back(static_cast<std::uint8_t>(i % 10));
  return images;
}

TEST(Pooling, AveragesSquaresAndRounds) {
  const ImageSet images{4,
                        {0, 1, 10, 10,     //
                         2, 3, 10, 11,     //
                         255, 255, 0, 0,   //
                         255, 255, 0, 1},  //
                        {7}};
  const ImageSet small = pooled(images, 2);
  EXPECT_EQ(small.side, 2);
  EXPECT_EQ(small.pixels, (std::vector<std::uint8_t>{2, 10, 255, 0}));
  EXPECT_EQ(small.labels, images.labels);
  EXPECT_EQ(pooled(images, 4).pixels, images.pixels);
  EXPECT_THROW((void)pooled(images, 3), std::invalid_argument);
}

TEST(Subset, KeepsImagesWithTheirLabels) {
  Rng rng(1);
  const ImageSet images = noise_images(10, 2, rng);
  const ImageSet chosen = subset(images, std::vector<int>{8, 3});
  EXPECT_EQ(chosen.labels, (std::vector<std::uint8_t>{8, 3}));
  EXPECT_TRUE(std::ranges::equal(chosen.image(0), images.image(8)));
  EXPECT_TRUE(std::ranges::equal(chosen.image(1), images.image(3)));
}

TEST(Subset, RandomOnesAreDifferentIndices) {
  Rng rng(2);
  const std::vector<int> chosen = random_subset(100, 60, rng);
  EXPECT_EQ(std::set<int>(chosen.begin(), chosen.end()).size(), 60U);
  EXPECT_THROW((void)random_subset(3, 4, rng), std::invalid_argument);
}

TEST(Disguise, MovesInvertsAndRenamesReversibly) {
  Rng rng(3);
  const ImageSet images = noise_images(20, 4, rng);
  const Disguise disguise = Disguise::random(16, 10, rng);
  EXPECT_EQ(std::ranges::count(disguise.invert, 1), 8);
  const ImageSet hidden = disguised(images, disguise);
  for (int i = 0; i < images.count(); ++i) {
    for (std::size_t j = 0; j < 16; ++j) {
      const int before = images.image(i)[static_cast<std::size_t>(disguise.source[j])];
      EXPECT_EQ(hidden.image(i)[j], disguise.invert[j] != 0 ? 255 - before : before);
    }
    EXPECT_EQ(hidden.labels[static_cast<std::size_t>(i)],
              disguise.label[images.labels[static_cast<std::size_t>(i)]]);
  }
  EXPECT_EQ(std::set<int>(disguise.label.begin(), disguise.label.end()).size(), 10U);
}

TEST(DesignMatrix, ScalesAndNormalises) {
  const ImageSet images{2, {0, 255, 0, 255, 0, 0, 0, 0}, {0, 1}};
  Rows rows = design_matrix(images);
  EXPECT_EQ(rows(0, 1), 1);
  normalise_rows(rows);
  EXPECT_DOUBLE_EQ(rows.row(0).norm(), 1);
  EXPECT_EQ(rows.row(1).norm(), 0);
}

}  // namespace
}  // namespace mls::optimization
