#include "lib/nn/judge/torch/networks.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "lib/nn/judge/torch/testing.hpp"

namespace mls::nn {
namespace {

using testing::drawn;

struct Case {
  const char* name;
  std::function<std::unique_ptr<Network>(Part, Rng)> make;
  std::vector<std::int64_t> input;
};

std::vector<Case> cases() {
  return {{"cnn",
           [](Part p, Rng r) { return std::make_unique<PlainCnn>(PlainCnnShape{1, 8, 5, 10, false}, p, r); },
           {4, 1, 14, 14}},
          {"cnn with bn",
           [](Part p, Rng r) { return std::make_unique<PlainCnn>(PlainCnnShape{3, 8, 3, 10, true}, p, r); },
           {4, 3, 16, 16}},
          {"mlp",
           [](Part p, Rng r) { return std::make_unique<PlainMlp>(PlainMlpShape{4, 16, 3, 10}, p, r); },
           {4, 4}},
          {"resnet",
           [](Part p, Rng r) { return std::make_unique<ResNet>(ResNetShape{1, 8, 2, 10}, p, r); },
           {4, 1, 14, 14}},
          {"mobile",
           [](Part p, Rng r) { return std::make_unique<Mobile>(MobileShape{1, 8, 2, 10}, p, r); },
           {4, 1, 14, 14}}};
}

TEST(Networks, ApplyTheOpenPartAtEveryPlaceInOrder) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    std::vector<int> channels;
    const auto network = c.make(
        [&](std::int64_t place, const torch::Tensor& x, bool) {
          EXPECT_EQ(static_cast<std::size_t>(place), channels.size());
          channels.push_back(static_cast<int>(x.size(1)));
          return torch::relu(x);
        },
        Rng(1));
    const torch::Tensor y = network->forward(drawn(c.input, 2), true);
    EXPECT_EQ(y.sizes().vec(), (std::vector<std::int64_t>{4, 10}));
    const std::vector<Place> places = network->places();
    ASSERT_EQ(places.size(), channels.size());
    for (std::size_t k = 0; k < places.size(); ++k) EXPECT_EQ(places[k].channels, channels[k]);
  }
}

TEST(Networks, GradientReachesEveryParameter) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    const auto network =
        c.make([](std::int64_t, const torch::Tensor& x, bool) { return torch::tanh(x); }, Rng(1));
    network->forward(drawn(c.input, 2), true).square().sum().backward();
    for (const Parameter& parameter : network->parameters()) {
      ASSERT_TRUE(parameter.value.grad().defined());
      EXPECT_GT(parameter.value.grad().abs().sum().item<double>(), 0);
    }
  }
}

TEST(Networks, SameDrawsSameBits) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    const auto output = [&](std::uint64_t seed) {
      const auto network =
          c.make([](std::int64_t, const torch::Tensor& x, bool) { return torch::relu(x); }, Rng(seed));
      return network->forward(drawn(c.input, 2), true).detach();
    };
    EXPECT_TRUE(torch::equal(output(1), output(1)));
    EXPECT_FALSE(torch::equal(output(1), output(2)));
  }
}

TEST(Networks, ScalingGivesUnitVarianceBeforeEveryActivation) {
  std::vector<double> deviations;
  PlainCnn network(
      {1, 8, 6, 10, false},
      [&](std::int64_t, const torch::Tensor& x, bool) {
        deviations.push_back(x.detach().std(false).item<double>());
        return torch::relu(x);
      },
      Rng(1));
  const torch::Tensor x = drawn({64, 1, 14, 14}, 3);
  network.scale_to_unit_variance(x);
  deviations.clear();
  const torch::Tensor y = network.forward(x, true);
  ASSERT_EQ(deviations.size(), 7U);
  for (const double deviation : deviations) EXPECT_NEAR(deviation, 1, 1e-4);
  EXPECT_NEAR(y.detach().std(false).item<double>(), 1, 1e-4);
}

TEST(Layers, OrthogonalRowsAreOrthonormal) {
  WeightLayers layers(Start::orthogonal, Rng(1));
  layers.add_convolution({.in = 4, .out = 6, .kernel = 3});
  layers.add_linear(4, 9);
  const torch::Tensor wide = layers.parameters()[0].value.detach().reshape({6, -1});
  EXPECT_TRUE(torch::allclose(torch::matmul(wide, wide.t()), torch::eye(6), 1e-4, 1e-5));
  const torch::Tensor tall = layers.parameters()[2].value.detach();
  EXPECT_TRUE(torch::allclose(torch::matmul(tall.t(), tall), torch::eye(4), 1e-4, 1e-5));
}

TEST(Layers, RowsAndBack) {
  const torch::Tensor x = drawn({2, 3, 4, 5}, 1);
  EXPECT_EQ(to_rows(x).sizes().vec(), (std::vector<std::int64_t>{40, 3}));
  EXPECT_TRUE(torch::equal(to_rows(x)[1], x.select(0, 0).select(1, 0).select(1, 1)));
  EXPECT_TRUE(torch::equal(from_rows(to_rows(x), x), x));
}

}  // namespace
}  // namespace mls::nn
