#include "lib/optimization/judge/models.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <numeric>

#include "lib/optimization/judge/image_data.hpp"

namespace mls::optimization {
namespace {

constexpr int samples = 150;  // more than two pieces, and not a multiple of one
constexpr int inputs = 7;
constexpr int classes = 4;

Rows random_rows(Rng& rng) {
  Rows rows(samples, inputs);
  for (Eigen::Index i = 0; i < rows.size(); ++i) rows.data()[i] = rng.normal();
  return rows;
}

Vector random_vector(int dim, Rng& rng) {
  Vector x(dim);
  for (double& value : x) value = rng.normal(0, 0.5);
  return x;
}

std::vector<int> random_labels(Rng& rng) {
  std::vector<int> labels(samples);
  for (int& label : labels) label = static_cast<int>(rng.below(classes));
  return labels;
}

struct Case {
  const char* name;
  std::function<std::unique_ptr<FiniteSum>(Rng&)> make;
};

class Models : public testing::TestWithParam<Case> {};

INSTANTIATE_TEST_SUITE_P(All, Models,
                         testing::Values(Case{"ridge",
                                              [](Rng& rng) {
                                                return std::make_unique<RidgeSum>(
                                                    random_rows(rng), random_vector(samples, rng), 0.1);
                                              }},
                                         Case{"logistic",
                                              [](Rng& rng) {
                                                Vector signs(samples);
                                                for (double& sign : signs) sign = rng.bernoulli(0.5) ? 1 : -1;
                                                return std::make_unique<LogisticSum>(random_rows(rng), signs,
                                                                                     0.1);
                                              }},
                                         Case{"softmax",
                                              [](Rng& rng) {
                                                return std::make_unique<SoftmaxSum>(
                                                    random_rows(rng), random_labels(rng), classes, 0.1);
                                              }},
                                         Case{"mlp",
                                              [](Rng& rng) {
                                                return std::make_unique<MlpSum>(
                                                    random_rows(rng), random_labels(rng), 5, classes, 0.1);
                                              }}),
                         [](const auto& which) { return std::string(which.param.name); });

TEST_P(Models, GradientsAreDifferencesOfValues) {
  Rng rng(1);
  const std::unique_ptr<FiniteSum> sum = GetParam().make(rng);
  for (const Range range : {Range{0, samples}, Range{3, 1}, Range{64, 8}, Range{10, 130}}) {
    const Vector x = random_vector(sum->dim(), rng);
    Vector gradient;
    sum->gradient(x, range, gradient);
    ASSERT_EQ(gradient.size(), sum->dim());
    for (int j = 0; j < sum->dim(); ++j) {
      constexpr double length = 1e-5;
      Vector moved = x;
      moved[j] = x[j] + length;
      const double ahead = sum->value(moved, range);
      moved[j] = x[j] - length;
      const double behind = sum->value(moved, range);
      ASSERT_NEAR(gradient[j], (ahead - behind) / (2 * length), 1e-8) << "coordinate " << j;
    }
  }
}

TEST_P(Models, BlocksAverageToTheWhole) {
  Rng rng(2);
  const std::unique_ptr<FiniteSum> sum = GetParam().make(rng);
  const Vector x = random_vector(sum->dim(), rng);
  Vector whole;
  sum->gradient(x, sum->all(), whole);
  Vector mean = Vector::Zero(sum->dim());
  double value = 0;
  constexpr int blocks = 10;
  for (int block = 0; block < blocks; ++block) {
    const Range range{block * samples / blocks, samples / blocks};
    Vector part;
    sum->gradient(x, range, part);
    mean += part / blocks;
    value += sum->value(x, range) / blocks;
  }
  EXPECT_LT((mean - whole).norm(), 1e-13);
  EXPECT_NEAR(value, sum->value(x, sum->all()), 1e-13);
}

TEST_P(Models, RepeatTheirBits) {
  Rng rng(3);
  const std::unique_ptr<FiniteSum> sum = GetParam().make(rng);
  const Vector x = random_vector(sum->dim(), rng);
  Vector first;
  Vector second;
  sum->gradient(x, {5, 100}, first);
  sum->gradient(Vector::Zero(sum->dim()), {0, 8}, second);
  sum->gradient(x, {5, 100}, second);
  EXPECT_EQ(first, second);
}

TEST(Logistic, SurvivesLargeMargins) {
  Rows rows(2, 1);
  rows << 1, 1;
  Vector signs(2);
  signs << 1, -1;
  const LogisticSum sum(rows, signs, 0);
  Vector gradient;
  for (const double size : {1e3, -1e3, 1e100}) {
    const Vector x = Vector::Constant(1, size);
    EXPECT_DOUBLE_EQ(sum.value(x, sum.all()), std::abs(size) / 2);
    sum.gradient(x, sum.all(), gradient);
    EXPECT_DOUBLE_EQ(gradient[0], size > 0 ? 0.5 : -0.5);
  }
}

TEST(Models, RefuseWrongLabels) {
  EXPECT_THROW(SoftmaxSum(Rows::Zero(2, 3), {0}, 2, 0), std::invalid_argument);
  EXPECT_THROW(MlpSum(Rows::Zero(2, 3), {0, 2}, 4, 2, 0), std::invalid_argument);
}

// What a disguise relies on: moving pixels and renaming classes gives the same problem in other coordinates.
TEST(Models, DoNotCareAboutTheOrderOfInputsAndClasses) {
  Rng rng(4);
  const Rows rows = random_rows(rng);
  const std::vector<int> labels = random_labels(rng);
  const std::vector<int> source = rng.permutation(inputs);
  const std::vector<int> renamed = rng.permutation(classes);
  Rows moved_rows(samples, inputs);
  for (int j = 0; j < inputs; ++j) moved_rows.col(j) = rows.col(source[static_cast<std::size_t>(j)]);
  std::vector<int> new_labels;
  new_labels.reserve(labels.size());
  for (const int label : labels) new_labels.push_back(renamed[static_cast<std::size_t>(label)]);

  const int hidden = 5;
  const MlpSum plain(rows, labels, hidden, classes, 0.1);
  const MlpSum moved(moved_rows, new_labels, hidden, classes, 0.1);
  const auto& layout = plain.layout();
  const Vector x = random_vector(plain.dim(), rng);
  Vector y = x;
  for (int h = 0; h < hidden; ++h) {
    for (int j = 0; j < inputs; ++j) y[h * inputs + j] = x[h * inputs + source[static_cast<std::size_t>(j)]];
  }
  for (int k = 0; k < classes; ++k) {
    const int to = renamed[static_cast<std::size_t>(k)];
    y.segment(layout[2].offset + to * hidden, hidden) = x.segment(layout[2].offset + k * hidden, hidden);
    y[layout[3].offset + to] = x[layout[3].offset + k];
  }
  EXPECT_NEAR(plain.value(x, plain.all()), moved.value(y, moved.all()), 1e-13);
  Vector plain_gradient;
  Vector moved_gradient;
  plain.gradient(x, plain.all(), plain_gradient);
  moved.gradient(y, moved.all(), moved_gradient);
  EXPECT_NEAR(plain_gradient.norm(), moved_gradient.norm(), 1e-13);
}

TEST(Mlp, LayoutFillsTheVectorAndStartsAreScaled) {
  Rng rng(5);
  const MlpSum sum(random_rows(rng), random_labels(rng), 50, classes, 0);
  int expected = 0;
  for (const ParameterBlock& block : sum.layout()) {
    EXPECT_EQ(block.offset, expected);
    expected += block.rows * block.cols;
  }
  EXPECT_EQ(sum.dim(), expected);
  const Vector start = sum.random_start(rng);
  const double variance = start.head(50 * inputs).squaredNorm() / (50 * inputs);
  EXPECT_NEAR(variance, 1.0 / inputs, 0.05);
  EXPECT_EQ(start.segment(sum.layout()[1].offset, 50).norm(), 0);
}

}  // namespace
}  // namespace mls::optimization
