#include "lib/nn/judge/torch/component.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "judge/testing/host_ahead.hpp"
#include "lib/nn/judge/torch/training.hpp"

namespace mls::nn {
namespace {

const std::vector<float> input{1, 2, 3};
const Shape shape{3};

/// One layer with two learned numbers.
class HostedLayersTest : public judge::HostAhead {
 protected:
  judge::Components components() {
    const std::vector<std::int64_t> sizes{2};
    const std::vector<std::int64_t> zero{0};
    const std::vector<std::uint8_t> decay{1};
    const std::vector<float> values{7, 8};
    Message declared("declared");
    declared.add("sizes", sizes).add("layers", zero).add("decay", decay).add("buffers", zero);
    host_.send(declared.add("values", values));
    Message begin("begin");
    begin.set("layers", 1);
    return {link_, begin, {{.parameters = 2, .buffers = 0}}};
  }
  void reply(const char* kind, const char* name, const std::vector<float>& values) {
    host_.send(Message(kind).add(name, values, {static_cast<std::int64_t>(values.size())}));
  }
};

TEST_F(HostedLayersTest, GradientsAreTheHosts) {
  judge::Components components = this->components();
  HostedLayers layers(components);
  const torch::Tensor x = torch::tensor(input).set_requires_grad(true);
  reply("output", "y", {4, 5, 6});
  const torch::Tensor y = layers.forward(0, x, true);
  EXPECT_EQ(layers.largest_output(), 6);
  reply("input_gradient", "gradient", {1, 0, 2});
  (y * 3).sum().backward();
  EXPECT_TRUE(torch::equal(x.grad(), torch::tensor({1.0F, 0.0F, 2.0F})));
  for (const float first : {10.0F, 20.0F}) {  // the second replaces the first
    if (first == 20) layers.parameters()[0].value.mutable_grad() = torch::Tensor();  // or it is made again
    reply("gradients", "values", {first, -1});
    layers.collect_gradients();
    EXPECT_TRUE(torch::equal(layers.parameters()[0].value.grad(), torch::tensor({first, -1.0F})));
  }
}

TEST_F(HostedLayersTest, AGradientThatIsNotFiniteIsADivergenceOfTheTraining) {
  judge::Components components = this->components();
  HostedLayers layers(components);
  reply("output", "y", {4, 5, 6});
  Sgd optimizer({{layers.parameters()[0].value, false}}, {});
  // A finite loss whose gradient is not: sqrt at 0.
  const Trained trained = train(
      {.loss = [&](std::int64_t) { return (layers.forward(0, torch::tensor(input), true) - 4).sqrt().sum(); },
       .parameters = {{layers.parameters()[0].value, false}},
       .optimizer = &optimizer,
       .after_backward = {},
       .after_step = {}},
      {.shape = {.steps = 1}});
  EXPECT_TRUE(trained.diverged);
}

}  // namespace
}  // namespace mls::nn
