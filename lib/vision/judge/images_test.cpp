#include "lib/vision/judge/images.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "core/error.hpp"

namespace mls::vision {
namespace {

/// Image i is filled with bytes 10 i, 10 i + 1, ...
data::ByteArray ramp_images() {
  data::ByteArray images{{3, 4, 4}, {}};
  for (int i = 0; i < 3; ++i) {
    for (int p = 0; p < 16; ++p) images.values.push_back(static_cast<std::uint8_t>(50 * i + p));
  }
  return images;
}
const data::ByteArray ramp_labels{{3}, {0, 1, 2}};

TEST(Images, SampleAveragesBlocksAndKeepsLabels) {
  Rng rng(1);
  const LabelledImages out = sample(ramp_images(), ramp_labels, 3, 2, rng);
  EXPECT_EQ(out.size.height, 2);
  EXPECT_EQ(std::set<std::int64_t>(out.labels.begin(), out.labels.end()).size(), 3U);
  for (std::size_t i = 0; i < out.count(); ++i) {
    // The first block holds bytes 0, 1, 4, 5 above the image's base.
    EXPECT_NEAR(out.image(i)[0], (50.0 * static_cast<double>(out.labels[i]) + 2.5) / 255, 1e-6);
    EXPECT_NEAR(out.image(i)[3], (50.0 * static_cast<double>(out.labels[i]) + 12.5) / 255, 1e-6);
  }
}

TEST(Images, SampleRefusesWhatDoesNotFit) {
  Rng rng(1);
  EXPECT_THROW((void)sample(ramp_images(), ramp_labels, 4, 2, rng), Error);
  EXPECT_THROW((void)sample(ramp_images(), ramp_labels, 2, 3, rng), Error);
  EXPECT_THROW((void)sample(ramp_images(), {{2}, {0, 1}}, 2, 2, rng), Error);
}

TEST(Images, StandardisesByTrainingPartChannelByChannel) {
  Rng rng(2);
  Dataset data{2, {{2, 3, 3}, {}, {}}, {{2, 3, 3}, {}, {}}};
  for (LabelledImages* const part : {&data.train, &data.test}) {
    for (int i = 0; i < 50; ++i) {
      part->labels.push_back(i % 2);
      for (int p = 0; p < 18; ++p)
        part->pixels.push_back(static_cast<float>(p < 9 ? rng.normal(5, 2) : rng.normal(-1, 0.1)));
    }
  }
  const float before = data.test.pixels[0];
  standardise(data);
  for (std::size_t channel = 0; channel < 2; ++channel) {
    double sum = 0;
    double squares = 0;
    for (std::size_t i = 0; i < 50; ++i) {
      for (const float v : data.train.image(i).subspan(channel * 9, 9)) {
        sum += v;
        squares += static_cast<double>(v) * v;
      }
    }
    EXPECT_NEAR(sum / 450, 0, 1e-5);
    EXPECT_NEAR(squares / 450, 1, 1e-4);
  }
  EXPECT_NEAR(data.test.pixels[0], (before - 5) / 2, 0.3);
}

TEST(Images, ClassesAreRenamedInBothPartsAlike) {
  Dataset data{10, {{1, 1, 1}, {}, {}}, {{1, 1, 1}, {}, {}}};
  for (int k = 0; k < 10; ++k) {
    data.train.labels.push_back(k);
    data.test.labels.push_back(k);
  }
  Rng rng(3);
  permute_classes(data, rng);
  EXPECT_EQ(data.train.labels, data.test.labels);
  std::vector<std::int64_t> sorted = data.train.labels;
  EXPECT_FALSE(std::ranges::is_sorted(sorted));
  std::ranges::sort(sorted);
  for (std::size_t k = 0; k < 10; ++k) EXPECT_EQ(sorted[k], static_cast<std::int64_t>(k));
}

}  // namespace
}  // namespace mls::vision
