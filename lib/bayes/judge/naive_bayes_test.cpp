#include "lib/bayes/judge/naive_bayes.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/rng.hpp"

namespace mls::bayes {
namespace {

TEST(NaiveBayes, PosteriorByHand) {
  // Class 0: values -1, 1 (mean 0, variance 1); class 1: 2, 4, 3, 3 (mean 3, variance 1/2).
  tabular::Dataset data{tabular::Matrix(6, 1), {0, 0, 1, 1, 1, 1}, 2};
  data.x.values = {-1, 1, 2, 4, 3, 3};
  tabular::Matrix at(1, 1);
  at.values = {1.5};
  const double zero = 2.0 / 6 * std::exp(-0.5 * 1.5 * 1.5);
  const double one = 4.0 / 6 * std::exp(-1.5 * 1.5) / std::sqrt(0.5);
  const std::vector<double> prob = GaussianNaiveBayes(data).predict(at);
  EXPECT_NEAR(prob[0], zero / (zero + one), 1e-7);
  EXPECT_NEAR(prob[0] + prob[1], 1, 1e-15);
}

TEST(NaiveBayes, RepeatedFeatureMakesItOverConfident) {
  Rng rng(1);
  tabular::Dataset once{tabular::Matrix(200, 1), {}, 2};
  tabular::Dataset often{tabular::Matrix(200, 8), {}, 2};
  for (int i = 0; i < 200; ++i) {
    once.y.push_back(i % 2);
    once.x.row(i)[0] = rng.normal(i % 2, 1);
    for (double& value : often.x.row(i)) value = once.x(i, 0);
  }
  often.y = once.y;
  double narrow = 0;
  double wide = 0;
  for (const double p : GaussianNaiveBayes(once).predict(once.x)) narrow += std::abs(p - 0.5);
  for (const double p : GaussianNaiveBayes(often).predict(often.x)) wide += std::abs(p - 0.5);
  EXPECT_GT(wide, 1.5 * narrow);
}

TEST(NaiveBayes, ConstantFeatureIsHarmless) {
  tabular::Dataset data{tabular::Matrix(4, 2), {0, 0, 1, 1}, 2};
  data.x.values = {0, 5, 1, 5, 3, 5, 4, 5};
  for (const double p : GaussianNaiveBayes(data).predict(data.x)) EXPECT_TRUE(std::isfinite(p));
}

}  // namespace
}  // namespace mls::bayes
