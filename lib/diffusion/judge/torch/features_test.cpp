#include "lib/diffusion/judge/torch/features.hpp"

#include <gtest/gtest.h>

#include "lib/diffusion/judge/distances.hpp"
#include "lib/diffusion/judge/torch/unet.hpp"
#include "lib/nn/judge/torch/testing.hpp"

namespace mls::diffusion {
namespace {

TEST(TrainedFeatures, SeeWhatPixelsHardlyShow) {
  // Lines that run the other way have the same brightness, and nearly the same moments of every pixel.
  nn::Vgg network({1, 8, 2, 2, 2}, {}, Rng(1));
  ASSERT_GT(nn::testing::accuracy_on_lines(network, 12, 40), 90);
  const auto lines = nn::testing::draw_lines(600, 12, 50);
  const auto others = nn::testing::draw_lines(600, 12, 60);
  const auto of_class = [](const nn::testing::Lines& from, std::int64_t label) {
    return from.images.index_select(0, from.labels.eq(label).nonzero().squeeze(1));
  };
  const auto distance = [&](const torch::Tensor& a, const torch::Tensor& b) {
    return frechet_distance(moments_of(trained_features(network, a)),
                            moments_of(trained_features(network, b)));
  };
  const double same = distance(of_class(lines, 0), of_class(others, 0));
  const double different = distance(of_class(lines, 0), of_class(others, 1));
  EXPECT_GT(different, 20 * same);
  EXPECT_EQ(trained_features(network, lines.images).cols(), 16);
}

}  // namespace
}  // namespace mls::diffusion
