#include "lib/tabular/judge/dataset.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>

namespace mls::tabular {
namespace {

/// Row i holds (i, 10 i) and belongs to class i % 3.
Dataset counting(int rows) {
  Dataset data{Matrix(rows, 2), {}, 3};
  for (int i = 0; i < rows; ++i) {
    data.x.row(i)[0] = i;
    data.x.row(i)[1] = 10 * i;
    data.y.push_back(i % 3);
  }
  return data;
}

TEST(Dataset, SelectKeepsRowsAndLabelsTogether) {
  const std::vector<int> rows = {5, 0, 5};
  const Dataset part = select(counting(6), rows);
  ASSERT_EQ(part.rows(), 3);
  EXPECT_EQ(part.x(0, 1), 50);
  EXPECT_EQ(part.x(1, 0), 0);
  EXPECT_EQ(part.y, (std::vector<int>{2, 0, 2}));
  EXPECT_EQ(part.classes, 3);
}

TEST(Dataset, SplitIsDisjointSeededAndComplete) {
  Rng rng(1);
  const std::vector<Dataset> parts = split(counting(20), {7, 3, 10}, rng);
  std::set<double> seen;
  for (const Dataset& part : parts) {
    for (int i = 0; i < part.rows(); ++i) {
      EXPECT_EQ(part.y[i], static_cast<int>(part.x(i, 0)) % 3);
      seen.insert(part.x(i, 0));
    }
  }
  EXPECT_EQ(seen.size(), 20U);
  Rng again(1);
  EXPECT_EQ(split(counting(20), {7, 3, 10}, again)[2].x.values, parts[2].x.values);
  Rng other(2);
  EXPECT_NE(split(counting(20), {7, 3, 10}, other)[2].x.values, parts[2].x.values);
}

TEST(Dataset, SplitRefusesTooManyRows) {
  Rng rng(1);
  EXPECT_THROW((void)split(counting(4), {3, 2}, rng), std::invalid_argument);
  EXPECT_THROW((void)split(counting(4), {5, -1}, rng), std::invalid_argument);
}

TEST(Dataset, ClassesAreRenamed) {
  const std::vector<int> name = {2, 0, 1};
  EXPECT_EQ(rename_classes(counting(4), name).y, (std::vector<int>{2, 0, 1, 2}));
}

TEST(Dataset, StandardisationGivesMeanZeroAndDeviationOne) {
  Dataset data = counting(5);
  for (int i = 0; i < 5; ++i) data.x.row(i)[1] = 7;  // constant column
  const Standardisation scale(data.x);
  scale.apply(data.x);
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < 5; ++i) {
    sum += data.x(i, 0);
    squares += data.x(i, 0) * data.x(i, 0);
    EXPECT_EQ(data.x(i, 1), 0);
  }
  EXPECT_NEAR(sum, 0, 1e-12);
  EXPECT_NEAR(squares / 5, 1, 1e-12);
}

}  // namespace
}  // namespace mls::tabular
