#include "lib/language/judge/torch/gpt.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <Eigen/Dense>

namespace mls::language {
namespace {

constexpr GptSpec tiny{.vocabulary = 7, .width = 16, .layers = 2, .heads = 2};

Windows random_windows(std::int64_t count, std::int64_t length, Rng rng) {
  Windows windows{.count = count, .length = length, .tokens = {}, .next = {}};
  for (std::int64_t i = 0; i < count * length; ++i) {
    windows.tokens.push_back(static_cast<std::int64_t>(rng.below(7)));
    windows.next.push_back(static_cast<std::int64_t>(rng.below(7)));
  }
  return windows;
}

/// With a head that is not zero, so that everything matters.
Gpt model_with_head(const GptSpec& spec) {
  Rng rng(1);
  Gpt model(spec, rng);
  for (const GptParameter& parameter : model.parameters()) {
    if (parameter.role != "head") continue;
    for (std::int64_t i = 0; i < parameter.value.numel(); ++i)
      parameter.value.data_ptr<float>()[i] = static_cast<float>(rng.normal(0, 0.3));
  }
  return model;
}

double loss_of(const Gpt& model, const Windows& windows) {
  const torch::NoGradGuard no_gradients;
  return mean_loss(model.logits(tokens_of(windows)), next_of(windows)).item<double>();
}

TEST(Gpt, StartsAtChance) {
  Rng rng(1);
  const Gpt model(tiny, rng);
  EXPECT_NEAR(loss_of(model, random_windows(2, 9, Rng(2))), std::log(7.0), 1e-6);
}

TEST(Gpt, DoesNotLookAhead) {
  for (const std::int64_t positions : {0, 12}) {
    GptSpec spec = tiny;
    spec.positions = positions;
    const Gpt model = model_with_head(spec);
    const torch::NoGradGuard no_gradients;
    Windows windows = random_windows(2, 12, Rng(3));
    const torch::Tensor before = model.logits(tokens_of(windows)).clone();
    windows.tokens[5] = (windows.tokens[5] + 1) % 7;
    const torch::Tensor change = (model.logits(tokens_of(windows)) - before).abs();
    EXPECT_LT((change.narrow(1, 0, 5).max().item<double>()), 1e-6);
    EXPECT_GT((change[0].narrow(0, 5, 7).max().item<double>()), 1e-3);
    EXPECT_LT((change[1].max().item<double>()), 1e-6);
  }
}

/// Along each parameter's own gradient the loss rises by its squared norm.
TEST(Gpt, GradientsAreThoseOfTheLoss) {
  GptSpec spec = tiny;
  spec.positions = 9;
  Gpt model = model_with_head(spec);
  const Windows windows = random_windows(3, 9, Rng(4));
  model.zero_gradients();
  mean_loss(model.logits(tokens_of(windows)), next_of(windows)).backward();
  std::size_t offset = 0;
  for (const GptParameter& parameter : model.parameters()) {
    const auto size = static_cast<std::size_t>(parameter.value.numel());
    const auto gradient = model.gradients().subspan(offset, size);
    const auto values = model.values().subspan(offset, size);
    double squares = 0;
    for (const float g : gradient) squares += static_cast<double>(g) * g;
    ASSERT_GT(squares, 0) << parameter.role << " of layer " << parameter.layer;
    const double h = 0.02 / std::sqrt(squares);
    const auto move = [&](double factor) {
      for (std::size_t i = 0; i < size; ++i) values[i] += static_cast<float>(factor * h * gradient[i]);
    };
    move(1);
    const double up = loss_of(model, windows);
    move(-2);
    const double down = loss_of(model, windows);
    move(1);
    EXPECT_NEAR((up - down) / (2 * h * squares), 1, 0.03)
        << parameter.role << " of layer " << parameter.layer << to_string(parameter.shape);
    offset += size;
  }
}

TEST(Gpt, AttentionFromElsewhere) {
  Rng rng(1);
  const Gpt model(tiny, rng, [](std::int64_t layer, const torch::Tensor& x) {
    return x * static_cast<double>(layer + 1);
  });
  EXPECT_TRUE(std::ranges::none_of(model.parameters(), [](const GptParameter& parameter) {
    return parameter.role == "matrix" && parameter.shape[0] == parameter.shape[1];
  }));
  EXPECT_NEAR(loss_of(model, random_windows(2, 9, Rng(2))), std::log(7.0), 1e-6);
}

TEST(Gpt, PositionsBeyondTheKnownAreZero) {
  GptSpec spec = tiny;
  spec.positions = 4;
  EXPECT_TRUE(std::isfinite(loss_of(model_with_head(spec), random_windows(2, 9, Rng(2)))));
}

TEST(Gpt, RefusesWidthsThatHeadsDoNotDivide) {
  Rng rng(1);
  GptSpec spec = tiny;
  spec.width = 18;
  EXPECT_THROW(Gpt(spec, rng), std::invalid_argument);
}

TEST(Rotary, ScoresDependOnDistanceAlone) {
  const torch::Tensor q = torch::arange(8, torch::kFloat).reshape({1, 1, 1, 8}).expand({1, 1, 10, 8});
  const torch::Tensor k = torch::cos(q);
  const torch::Tensor scores = torch::matmul(rotated(q), rotated(k).transpose(2, 3))[0][0];
  EXPECT_NEAR((scores[2][5].item<double>()), (scores[6][9].item<double>()), 1e-3);
  EXPECT_GT(std::abs(scores[2][5].item<double>() - scores[2][6].item<double>()), 1e-2);
  EXPECT_NEAR((rotated(q)[0][0][7].norm().item<double>()), (q[0][0][7].norm().item<double>()), 1e-3);
}

TEST(IllConditioned, HasTheSingularValuesAsked) {
  Rng rng(1);
  Gpt model(tiny, rng);
  make_ill_conditioned(model, 30, 3, rng);
  std::vector<double> sizes;
  for (const GptParameter& parameter : model.parameters()) {
    if (parameter.role != "matrix") continue;
    const Eigen::MatrixXf matrix = Eigen::Map<const Eigen::Matrix<float, -1, -1, Eigen::RowMajor>>(
        parameter.value.data_ptr<float>(), parameter.shape[0], parameter.shape[1]);
    const Eigen::VectorXf singular = Eigen::JacobiSVD<Eigen::MatrixXf>(matrix).singularValues();
    EXPECT_NEAR(singular(0) / singular(singular.size() - 1), 30, 0.1);
    const double usual =
        0.7 * std::sqrt(static_cast<double>(parameter.value.numel()) / static_cast<double>(parameter.fan_in));
    sizes.push_back(matrix.norm() / usual);
  }
  EXPECT_GT(std::ranges::min(sizes), 1 / 3.01);
  EXPECT_LT(std::ranges::max(sizes), 3.01);
  EXPECT_GT(std::ranges::max(sizes) / std::ranges::min(sizes), 3);
}

}  // namespace
}  // namespace mls::language
