#include "lib/rl/judge/net/mlp.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace mls::rl {
namespace {

/// Half the summed square of outputs, whose gradient by the outputs is the outputs.
double loss(const Mlp& net, const Matrix& x) {
  Activations activations;
  Matrix y(net.outputs(), x.cols());
  net.forward(x, activations, y);
  return 0.5 * y.cast<double>().squaredNorm();
}

TEST(RlMlp, GradientAgreesWithDifferences) {
  Rng rng(1);
  Mlp net({3, 5, 4, 2}, rng);
  for (float& p : net.parameters()) p += static_cast<float>(rng.normal(0, 0.1));
  Matrix x(3, 7);
  for (float& v : x.reshaped()) v = static_cast<float>(rng.normal());
  Activations activations;
  Matrix y(2, 7);
  net.forward(x, activations, y);
  std::vector<float> gradient(net.parameters().size());
  net.backward(activations, y, gradient);
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    const float kept = net.parameters()[i];
    const float h = 1e-3F;
    net.parameters()[i] = kept + h;
    const double above = loss(net, x);
    net.parameters()[i] = kept - h;
    const double below = loss(net, x);
    net.parameters()[i] = kept;
    EXPECT_NEAR(gradient[i], (above - below) / (2 * h), 2e-2 * (1 + std::abs(gradient[i]))) << i;
  }
}

TEST(RlMlp, GradientsWithFewOutputsUsedAreTheSame) {
  Rng rng(4);
  const Mlp net({3, 8, 30}, rng);
  const Matrix x = Matrix::Ones(3, 2);
  Activations activations;
  Matrix y(30, 2);
  net.forward(x, activations, y);
  Matrix few = Matrix::Zero(30, 2);
  few(7, 0) = 1;
  few(20, 1) = -2;
  few(22, 1) = 3;
  Matrix many = few;
  many(0, 0) = many(29, 0) = many(0, 1) = many(29, 1) = 1e-20F;  // takes the other way
  std::vector<float> a(net.parameters().size());
  std::vector<float> b(a.size());
  net.backward(activations, few, a);
  net.backward(activations, many, b);
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-5F) << i;
}

TEST(RlMlp, WritesIntoABlockAndKeepsTheRest) {
  Rng rng(2);
  const Mlp net({2, 3, 2}, rng);
  Matrix wide = Matrix::Constant(2, 6, 9.0F);
  Activations activations;
  net.forward(Matrix::Ones(2, 3), activations, wide.middleCols(1, 3));
  EXPECT_EQ(wide(0, 0), 9.0F);
  EXPECT_EQ(wide(1, 4), 9.0F);
  EXPECT_NE(wide(0, 1), 9.0F);
  EXPECT_EQ(wide(0, 1), wide(0, 3));
}

TEST(RlMlp, WeightsHaveTheStatedVariance) {
  Rng rng(3);
  const Mlp net({100, 100}, rng);
  double sum = 0;
  for (int i = 0; i < 10000; ++i) sum += std::pow(net.parameters()[static_cast<std::size_t>(i)], 2);
  EXPECT_NEAR(sum / 10000, 1.0 / 100, 5e-4);
}

TEST(RlAdam, FirstStepHasTheSizeOfTheRate) {
  Adam adam(2, 0.1F);
  std::vector<float> w{1, 1};
  adam.step(w, std::vector<float>{5, -0.01F});
  EXPECT_NEAR(w[0], 0.9, 1e-5);
  EXPECT_NEAR(w[1], 1.1, 1e-5);
}

TEST(RlAdam, MinimisesAParabola) {
  Adam adam(1, 0.05F);
  std::vector<float> w{3};
  for (int i = 0; i < 500; ++i) adam.step(w, std::vector<float>{2 * w[0]});
  EXPECT_NEAR(w[0], 0, 1e-2);
}

TEST(RlClip, ShortensOnlyLongGradients) {
  std::vector<float> g{3, 4};
  EXPECT_DOUBLE_EQ(clip_norm(g, 10), 5);
  EXPECT_EQ(g[1], 4);
  EXPECT_DOUBLE_EQ(clip_norm(g, 1), 5);
  EXPECT_FLOAT_EQ(g[0], 0.6F);
}

}  // namespace
}  // namespace mls::rl
