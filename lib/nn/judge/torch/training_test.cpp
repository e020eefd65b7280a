#include "lib/nn/judge/torch/training.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <set>

namespace mls::nn {
namespace {

TEST(Training, BatchesUseAllRowsBeforeAnyAgain) {
  BatchOrder order(10, 5, Rng(1));
  std::multiset<std::int64_t> seen;
  for (int k = 0; k < 4; ++k) {
    const torch::Tensor rows = order.next();
    for (std::int64_t i = 0; i < 5; ++i) seen.insert(rows[i].item<std::int64_t>());
  }
  for (std::int64_t row = 0; row < 10; ++row) EXPECT_EQ(seen.count(row), 2U);
}

TEST(Training, FindsTheMinimumOfAParabola) {
  const std::vector<Parameter> parameters{{torch::full({2}, 3.0F).set_requires_grad(true), false}};
  Sgd sgd(parameters, {.momentum = 0.5});
  int published = 0;
  const Trained trained =
      train({.loss = [&](std::int64_t) { return (parameters[0].value - 1).square().sum(); },
             .parameters = parameters,
             .optimizer = &sgd,
             .after_backward = {},
             .after_step = [&] { ++published; }},
            {.shape = {.steps = 60}, .rate = 0.1, .clip = 0});
  EXPECT_FALSE(trained.diverged);
  EXPECT_EQ(trained.losses.size(), 60U);
  EXPECT_EQ(published, 60);
  EXPECT_NEAR(parameters[0].value[0].item<float>(), 1, 1e-3);
}

TEST(Training, StopsWhenItDiverges) {
  const std::vector<Parameter> parameters{{torch::ones({1}).set_requires_grad(true), false}};
  Sgd sgd(parameters, {});
  const auto run = [&](const std::function<torch::Tensor(std::int64_t)>& loss) {
    return train(
        {.loss = loss, .parameters = parameters, .optimizer = &sgd, .after_backward = {}, .after_step = {}},
        {.shape = {.steps = 5}, .rate = 0.1, .clip = 0});
  };
  const Trained by_value =
      run([&](std::int64_t step) { return (parameters[0].value * (step == 2 ? NAN : 1.0)).sum(); });
  EXPECT_TRUE(by_value.diverged);
  EXPECT_EQ(by_value.losses.size(), 3U);
  EXPECT_TRUE(run([](std::int64_t) -> torch::Tensor { throw Divergence(); }).diverged);
}

TEST(Training, PredictsAllRowsInOrder) {
  Rng rng(1);
  const torch::Tensor x = torch::arange(500, torch::kFloat).reshape({500, 1});
  std::int64_t largest = 0;
  const torch::Tensor y = predict(
      [&](const torch::Tensor& batch) {
        largest = std::max(largest, batch.size(0));
        return batch * 2;
      },
      x, rng);
  EXPECT_TRUE(torch::equal(y, x * 2));
  EXPECT_LE(largest, 64);
}

TEST(Training, ScoresOfLogits) {
  const torch::Tensor labels = torch::tensor(std::vector<std::int64_t>{0, 1, 1, 0});
  const torch::Tensor logits = torch::tensor({{0.0F, 0.0F}, {-9.0F, 9.0F}, {9.0F, -9.0F}, {1.0F, 0.0F}});
  const Scores scores = scores_of(logits, labels);
  EXPECT_NEAR(scores.accuracy, 75, 1e-9);
  EXPECT_NEAR(scores.nll, (std::log(2.0) + 0 + 18 + std::log(1 + std::exp(-1.0))) / 4, 1e-6);
  EXPECT_NEAR(scores_of(logits * NAN, labels).nll, 2 * std::log(2.0), 1e-12);
}

}  // namespace
}  // namespace mls::nn
