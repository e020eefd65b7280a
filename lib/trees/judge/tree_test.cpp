#include "lib/trees/judge/tree.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mls::trees {
namespace {

using tabular::Matrix;

Matrix table(int columns, std::vector<double> values) {
  Matrix x(static_cast<int>(values.size()) / columns, columns);
  x.values = std::move(values);
  return x;
}

std::vector<double> ones(int count) { return std::vector<double>(count, 1.0); }

Tree classify(const Matrix& x, const std::vector<int>& y, int classes, const std::vector<double>& weight,
              const GrowthLimits& limits = {}) {
  Rng rng(1);
  return grow_classifier(x, SortedColumns(x), y, classes, weight, limits, rng);
}

Tree regress(const Matrix& x, const std::vector<double>& y, const std::vector<double>& weight,
             const GrowthLimits& limits = {}) {
  Rng rng(1);
  return grow_regressor(x, SortedColumns(x), y, weight, limits, rng);
}

double squared_error(const Tree& tree, const Matrix& x, const std::vector<double>& y) {
  double sum = 0;
  for (int i = 0; i < x.rows; ++i) sum += std::pow(tree.value_of(x.row(i))[0] - y[i], 2);
  return sum;
}

TEST(Tree, FitsXorThoughItsFirstSplitGainsNothing) {
  const Matrix x = table(2, {0, 0, 0, 1, 1, 0, 1, 1});
  const std::vector<int> y = {0, 1, 1, 0};
  const Tree tree = classify(x, y, 2, ones(4));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(tree.value_of(x.row(i))[y[i]], 1);
  EXPECT_EQ(tree.depth(), 2);
  EXPECT_EQ(tree.leaves(), 4);
}

TEST(Tree, PureAndUnsplittableNodesAreLeaves) {
  EXPECT_EQ(classify(table(1, {1, 2, 3}), {1, 1, 1}, 2, ones(3)).leaves(), 1);
  const Tree constant = classify(table(1, {5, 5, 5, 5}), {0, 0, 0, 1}, 2, ones(4));
  EXPECT_EQ(constant.leaves(), 1);
  EXPECT_EQ(constant.value(0)[0], 0.75);
}

TEST(Tree, StumpByHand) {
  // The best cut of 1 2 3 10 against 0 0 0 9 lies halfway between 3 and 10.
  const Matrix x = table(1, {1, 2, 3, 10});
  const Tree tree = regress(x, {0, 0, 0, 9}, ones(4), {.max_depth = 1});
  EXPECT_EQ(tree.nodes()[0].threshold, 6.5);
  EXPECT_EQ(tree.value_of(x.row(0))[0], 0);
  EXPECT_EQ(tree.value_of(x.row(3))[0], 9);
}

TEST(Tree, BestStumpAgreesWithExhaustiveSearch) {
  Rng rng(5);
  Matrix x(40, 3);
  std::vector<double> y;
  for (double& value : x.values) value = static_cast<double>(rng.below(12));
  for (int i = 0; i < x.rows; ++i) y.push_back(x(i, 1) > 5 ? rng.normal(2, 1) : rng.normal());
  const double found = squared_error(regress(x, y, ones(40), {.max_depth = 1}), x, y);
  double best = 1e300;
  for (int j = 0; j < 3; ++j) {
    for (int cut = 0; cut < 11; ++cut) {
      double sum[2] = {0, 0};
      double square = 0;
      int count[2] = {0, 0};
      for (int i = 0; i < x.rows; ++i) {
        const int side = x(i, j) > cut ? 1 : 0;
        sum[side] += y[i];
        square += y[i] * y[i];
        ++count[side];
      }
      if (count[0] == 0 || count[1] == 0) continue;
      best = std::min(best, square - sum[0] * sum[0] / count[0] - sum[1] * sum[1] / count[1]);
    }
  }
  EXPECT_NEAR(found, best, 1e-9);
}

TEST(Tree, WeightsEqualRepeatedRows) {
  Rng rng(9);
  Matrix x(30, 2);
  for (double& value : x.values) value = rng.normal();
  std::vector<int> y;
  std::vector<double> weight;
  Matrix repeated(0, 2);
  std::vector<int> repeated_y;
  for (int i = 0; i < 30; ++i) {
    y.push_back(static_cast<int>(rng.below(3)));
    weight.push_back(static_cast<double>(rng.below(3)));
    for (int r = 0; r < static_cast<int>(weight[i]); ++r) {
      repeated.values.insert(repeated.values.end(), {x(i, 0), x(i, 1)});
      ++repeated.rows;
      repeated_y.push_back(y[i]);
    }
  }
  const Tree weighted = classify(x, y, 3, weight, {.max_depth = 3});
  const Tree plain = classify(repeated, repeated_y, 3, ones(repeated.rows), {.max_depth = 3});
  ASSERT_EQ(weighted.leaves(), plain.leaves());
  for (int i = 0; i < 30; ++i) {
    for (int k = 0; k < 3; ++k)
      EXPECT_NEAR(weighted.value_of(x.row(i))[k], plain.value_of(x.row(i))[k], 1e-12);
  }
}

TEST(Tree, LimitsHold) {
  Rng rng(2);
  Matrix x(200, 4);
  std::vector<double> y;
  for (double& value : x.values) value = rng.uniform();
  for (int i = 0; i < 200; ++i) y.push_back(rng.normal());
  const Tree shallow = regress(x, y, ones(200), {.max_depth = 3});
  EXPECT_LE(shallow.depth(), 3);
  EXPECT_LE(shallow.leaves(), 8);
  const Tree wide = regress(x, y, ones(200), {.min_leaf_rows = 20});
  std::vector<int> count(wide.leaves());
  for (int i = 0; i < 200; ++i) ++count[wide.leaf_of(x.row(i))];
  EXPECT_GE(*std::ranges::min_element(count), 20);
  EXPECT_EQ(regress(x, y, ones(200), {.max_depth = 0}).leaves(), 1);
  EXPECT_NEAR(squared_error(regress(x, y, ones(200)), x, y), 0, 1e-20);  // grown out, it interpolates
}

TEST(Tree, MonotoneTransformsOfAFeatureChangeNothing) {
  Rng rng(4);
  Matrix x(50, 2);
  std::vector<int> y;
  for (double& value : x.values) value = rng.normal();
  for (int i = 0; i < 50; ++i) y.push_back(x(i, 0) * x(i, 1) > 0 ? 1 : 0);
  Matrix bent = x;
  for (double& value : bent.values) value = std::exp(value);
  const Tree a = classify(x, y, 2, ones(50), {.max_depth = 3});
  const Tree b = classify(bent, y, 2, ones(50), {.max_depth = 3});
  for (int i = 0; i < 50; ++i) EXPECT_EQ(a.leaf_of(x.row(i)), b.leaf_of(bent.row(i)));
}

TEST(Tree, NeighbouringValuesAreToldApart) {
  const double next = std::nextafter(1.0, 2.0);
  const Matrix x = table(1, {1.0, next});
  const Tree tree = classify(x, {0, 1}, 2, ones(2));
  EXPECT_EQ(tree.value_of(x.row(0))[0], 1);
  EXPECT_EQ(tree.value_of(x.row(1))[1], 1);
}

}  // namespace
}  // namespace mls::trees
