#include "lib/diffusion/judge/torch/unet.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "lib/diffusion/judge/distances.hpp"
#include "lib/diffusion/shared/noise_grid.hpp"
#include "lib/nn/judge/torch/testing.hpp"

namespace mls::diffusion {
namespace {

using nn::testing::drawn;

constexpr std::int64_t side = 4;

double mean_square(const torch::Tensor& x) { return x.square().mean().item<double>(); }

TEST(UNet, LearnsTheDenoiserOfIndependentNormalPixels) {
  constexpr double deviation = 0.5;
  UNet network({.channels = 1, .width = 8}, Rng(1));
  const nn::Trained trained = train_denoiser(network, drawn({1024, 1, side, side}, 1) * deviation + 0.3, {},
                                             {.steps = 300, .batch = 64, .rate = 5e-3}, Rng(2));
  ASSERT_FALSE(trained.diverged);
  for (const double sigma : {0.25, 0.5, 2.0}) {
    const torch::Tensor clean = drawn({256, 1, side, side}, 3) * deviation + 0.3;
    const torch::Tensor x = clean + drawn({256, 1, side, side}, 4) * sigma;
    const double shrink = deviation * deviation / (deviation * deviation + sigma * sigma);
    const torch::Tensor best = 0.3 + shrink * (x - 0.3);
    // The best denoiser still errs by this much; what the network adds is small beside it.
    const double unavoidable = shrink * sigma * sigma;
    EXPECT_LT(mean_square(denoised(network, x, sigma) - best), 0.1 * unavoidable) << sigma;
  }
}

/// Class 0: bright on the left; class 1: bright on top.
struct Halves {
  torch::Tensor images, labels;
};
Halves draw_halves(std::int64_t count, std::uint64_t seed) {
  Halves halves{drawn({count, 1, side, side}, seed) * 0.2, torch::empty({count}, torch::kLong)};
  for (std::int64_t i = 0; i < count; ++i) {
    halves.labels[i] = i % 2;
    halves.images[i][0] -= 0.7;
    halves.images[i][0].narrow(i % 2 == 0 ? 1 : 0, 0, side / 2) += 1.4;
  }
  return halves;
}

TEST(UNet, FlowOfTheTrainedNetworkGivesSamplesOfTheClass) {
  UNet network({.channels = 1, .width = 8, .classes = 2}, Rng(1));
  const Halves halves = draw_halves(512, 1);
  (void)train_denoiser(network, halves.images, halves.labels, {.steps = 300, .batch = 64, .rate = 5e-3},
                       Rng(2));
  const Halves fresh = draw_halves(200, 5);
  const std::vector<double> grid = karras_grid(20, 0.02, 18);
  const Matrix start = rows_of(drawn({200, 1, side, side}, 6) * grid.front());
  const auto samples = [&](const torch::Tensor& labels) {
    return probability_flow(denoiser_of(network, side, labels), start, grid);
  };
  const Matrix right = samples(fresh.labels);
  const Matrix truth = rows_of(fresh.images);
  const double of_noise = energy_distance(rows_of(drawn({200, 1, side, side}, 7)), truth);
  EXPECT_LT(energy_distance(right, truth), 0.1 * of_noise);
  EXPECT_LT((right - truth).squaredNorm(), 0.3 * (samples(1 - fresh.labels) - truth).squaredNorm());
  // "Any" gives both classes.
  const Matrix any = samples(torch::full({200}, 2, torch::kLong));
  EXPECT_LT(energy_distance(any, truth), 0.2 * of_noise);
}

TEST(UNet, SaysNothingBeforeItIsTrained) {
  const UNet network({.channels = 3, .width = 8}, Rng(1));
  const torch::Tensor x = drawn({2, 3, 8, 8}, 1);
  EXPECT_EQ(mean_square(network.forward(x, torch::full({2}, 0.3F)).detach()), 0);
  // Of a v that is zero: the best linear guess for images of unit variance.
  EXPECT_TRUE(torch::allclose(denoised(network, x, 2), x / 5, 1e-5, 1e-6));
}

TEST(UNet, GradientsAreThoseOfFiniteDifferences) {
  const UNet network({.channels = 1, .width = 4, .classes = 2}, Rng(1));
  const torch::Tensor x = drawn({4, 1, side, side}, 2);
  const torch::Tensor t = torch::tensor({0.1F, 0.4F, 0.6F, 0.9F});
  const torch::Tensor labels = torch::tensor(std::vector<std::int64_t>{0, 1, 2, 0});
  {
    // What starts at zero would hide the rest.
    const torch::NoGradGuard no_graph;
    std::uint64_t seed = 20;
    for (const nn::Parameter& parameter : network.parameters())
      parameter.value.add_(drawn(parameter.value.sizes().vec(), ++seed), 0.1);
  }
  EXPECT_LT(
      nn::testing::gradient_error(
          network.parameters(), [&] { return network.forward(x, t, labels).to(torch::kDouble).sin().sum(); }),
      0.02);
}

TEST(UNet, SameDrawsSameBits) {
  const Halves halves = draw_halves(64, 1);
  const auto weights = [&](std::uint64_t seed) {
    UNet network({.channels = 1, .width = 4, .classes = 2}, Rng(seed));
    (void)train_denoiser(network, halves.images, halves.labels, {.steps = 5, .batch = 16}, Rng(seed));
    std::vector<torch::Tensor> all;
    for (const nn::Parameter& parameter : network.parameters())
      all.push_back(parameter.value.detach().reshape({-1}));
    return torch::cat(all);
  };
  EXPECT_TRUE(torch::equal(weights(1), weights(1)));
  EXPECT_FALSE(torch::equal(weights(1), weights(2)));
}

TEST(UNet, RowsAreImages) {
  const torch::Tensor images = drawn({5, 3, 4, 4}, 1);
  EXPECT_TRUE(torch::equal(images_of(rows_of(images), 3, 4), images));
  EXPECT_THROW((void)images_of(rows_of(images), 1, 4), std::invalid_argument);
  EXPECT_THROW(UNet({.channels = 1, .width = 6}, Rng(1)), std::invalid_argument);
}

}  // namespace
}  // namespace mls::diffusion
