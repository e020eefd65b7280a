#include "lib/nn/judge/torch/optimizer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace mls::nn {
namespace {

Parameter parameter(const std::vector<float>& values, const std::vector<float>& gradient, bool decay = true) {
  Parameter made{torch::tensor(values).set_requires_grad(true), decay};
  made.value.mutable_grad() = torch::tensor(gradient);
  return made;
}

float at(const Parameter& parameter, std::int64_t i) { return parameter.value.detach()[i].item<float>(); }

TEST(Optimizer, ClipsByTheNormOfAllGradients) {
  const std::vector<Parameter> both{parameter({0, 0}, {3, 0}), parameter({0}, {4})};
  EXPECT_DOUBLE_EQ(clip_gradients(both, 1), 5);
  EXPECT_FLOAT_EQ(both[0].value.grad()[0].item<float>(), 0.6F);
  EXPECT_FLOAT_EQ(both[1].value.grad()[0].item<float>(), 0.8F);
  EXPECT_FLOAT_EQ(static_cast<float>(clip_gradients(both, 2)), 1);
  EXPECT_FLOAT_EQ(both[1].value.grad()[0].item<float>(), 0.8F);
  zero_gradients(both);
  EXPECT_EQ(both[1].value.grad()[0].item<float>(), 0);
}

TEST(Optimizer, MomentumAddsUp) {
  const Parameter w = parameter({1, 2}, {1, -1});
  Sgd sgd({w}, {.momentum = 0.9});
  sgd.step(0.1);
  sgd.step(0.1);
  EXPECT_FLOAT_EQ(at(w, 0), 1 - 0.1F - 0.19F);
  EXPECT_FLOAT_EQ(at(w, 1), 2 + 0.1F + 0.19F);
}

TEST(Optimizer, NesterovLooksAhead) {
  const Parameter w = parameter({0}, {1});
  Sgd sgd({w}, {.momentum = 0.5, .nesterov = true});
  sgd.step(1);
  EXPECT_FLOAT_EQ(at(w, 0), -1.5F);
}

TEST(Optimizer, AdamsFirstStepsAreSignsWhateverTheScale) {
  const Parameter w = parameter({0, 0, 0}, {1e-3F, -5, 100});
  Adam adam({w}, {});
  for (int t = 0; t < 3; ++t) adam.step(0.01);
  EXPECT_NEAR(at(w, 0), -0.03, 1e-6);
  EXPECT_NEAR(at(w, 1), 0.03, 1e-6);
  EXPECT_NEAR(at(w, 2), -0.03, 1e-6);
}

/// Two steps with different gradients, by hand in double precision.
TEST(Optimizer, AdamIsKingmaAndBas) {
  const Parameter w = parameter({0.5F}, {2});
  Adam adam({w}, {.beta1 = 0.8, .beta2 = 0.9, .epsilon = 0.1});
  adam.step(0.3);
  w.value.mutable_grad() = torch::tensor({-1.0F});
  adam.step(0.2);
  double m = 0.2 * 2;
  double v = 0.1 * 4;
  double expected = 0.5 - 0.3 * (m / 0.2) / (std::sqrt(v / 0.1) + 0.1);
  m = 0.8 * m - 0.2;
  v = 0.9 * v + 0.1;
  expected -= 0.2 * (m / (1 - 0.64)) / (std::sqrt(v / (1 - 0.81)) + 0.1);
  EXPECT_NEAR(at(w, 0), expected, 1e-6);
}

TEST(Optimizer, DecayIsDecoupledAndOnlyWhereAsked) {
  const Parameter decayed = parameter({2}, {0});
  const Parameter kept = parameter({2}, {0}, false);
  Adam adam({decayed, kept}, {.weight_decay = 0.5});
  adam.step(0.1);
  EXPECT_FLOAT_EQ(at(decayed, 0), 2 * 0.95F);
  EXPECT_FLOAT_EQ(at(kept, 0), 2);
  Adam coupled({decayed}, {.weight_decay = 0.5, .decoupled = false});
  coupled.step(0.1);
  EXPECT_NEAR(at(decayed, 0), 2 * 0.95 - 0.1, 1e-5);  // the gradient is the decay alone: a step of `rate`
}

TEST(Optimizer, LeavesAloneWhatHasNoGradient) {
  const Parameter w{torch::ones({3}).set_requires_grad(true), true};
  Adam adam({w}, {.weight_decay = 1});
  zero_gradients(std::vector<Parameter>{w});
  adam.step(1);
  EXPECT_EQ(at(w, 0), 1);
  EXPECT_THROW(Sgd({{torch::ones({3}, torch::kDouble), true}}, {}), std::invalid_argument);
}

TEST(RateShape, RisesThenFalls) {
  const RateShape cosine{.steps = 110, .warm_up = 10, .decay = RateShape::Decay::cosine, .last = 0.1};
  EXPECT_DOUBLE_EQ(cosine.at(0), 0.1);
  EXPECT_DOUBLE_EQ(cosine.at(9), 1);
  EXPECT_DOUBLE_EQ(cosine.at(10), 1);
  EXPECT_NEAR(cosine.at(60), 0.55, 1e-12);
  EXPECT_NEAR(cosine.at(109), 0.1, 1e-3);
  const RateShape linear{.steps = 10, .decay = RateShape::Decay::linear};
  EXPECT_DOUBLE_EQ(linear.at(0), 1);
  EXPECT_NEAR(linear.at(9), 0.1, 1e-12);
  EXPECT_DOUBLE_EQ((RateShape{.steps = 5, .decay = RateShape::Decay::constant}.at(4)), 1);
}

}  // namespace
}  // namespace mls::nn
