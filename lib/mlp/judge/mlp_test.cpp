#include "lib/mlp/judge/mlp.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace mls::mlp {
namespace {

TEST(Mlp, GradientAgreesWithFiniteDifferences) {
  Rng rng(1);
  Network<double> network({3, 5, 4}, rng);
  for (double& p : network.parameters()) p += rng.normal(0, 0.1);  // biases too
  std::vector<double> x(6 * 3);
  for (double& value : x) value = rng.normal();
  const std::vector<int> label = {0, 3, 1, 2, 2, 0};
  std::vector<double> gradient(network.parameters().size());
  network.gradient(x, label, gradient);
  std::vector<double> unused(gradient.size());
  constexpr double step = 1e-6;
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    double& parameter = network.parameters()[i];
    const double kept = parameter;
    parameter = kept + step;
    const double above = network.gradient(x, label, unused);
    parameter = kept - step;
    const double below = network.gradient(x, label, unused);
    parameter = kept;
    EXPECT_NEAR(gradient[i], (above - below) / (2 * step), 1e-8) << "parameter " << i;
  }
}

TEST(Mlp, LossIsTheMeanCrossEntropy) {
  Rng rng(2);
  const Network<double> network({2, 4, 3}, rng);
  const std::vector<double> x = {0.5, -1, 2, 0.25};
  const std::vector<int> label = {2, 0};
  std::vector<double> gradient(network.parameters().size());
  const std::vector<double> prob = network.predict(x);
  EXPECT_NEAR(network.gradient(x, label, gradient), -(std::log(prob[2]) + std::log(prob[3])) / 2, 1e-12);
  EXPECT_NEAR(prob[0] + prob[1] + prob[2], 1, 1e-12);
}

TEST(Mlp, FirstAdamStepHasTheLengthOfTheRate) {
  Adam<double> adam(2);
  std::vector<double> parameters = {1, 1};
  const std::vector<double> gradient = {0.3, -20};
  adam.step(parameters, gradient, 0.1);
  EXPECT_NEAR(parameters[0], 0.9, 1e-6);
  EXPECT_NEAR(parameters[1], 1.1, 1e-6);
}

TEST(Mlp, LearnsXorAndIsDeterministic) {
  tabular::Dataset data{tabular::Matrix(4, 2), {0, 1, 1, 0}, 2};
  data.x.values = {-1, -1, -1, 1, 1, -1, 1, 1};
  const TrainOptions options{.hidden = 16, .epochs = 200, .batch = 4, .rate = 0.05};
  Rng rng(3);
  const std::vector<double> prob = predict(train_classifier(data, options, rng), data.x);
  for (int i = 0; i < 4; ++i) EXPECT_GT(prob[2 * i + data.y[i]], 0.9);
  Rng again(3);
  EXPECT_EQ(predict(train_classifier(data, options, again), data.x), prob);
}

}  // namespace
}  // namespace mls::mlp
