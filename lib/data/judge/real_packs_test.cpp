// The readers on the real data, where `mls packs fetch` has put it; facts from the publications of the data
// sets.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lib/data/judge/idx.hpp"
#include "lib/data/judge/table.hpp"
#include "lib/data/judge/testing.hpp"

namespace mls::data {
namespace {

namespace fs = std::filesystem;

using testing::folder_of;

std::vector<int> counts_of(const std::vector<std::uint8_t>& labels) {
  std::vector<int> counts(10);
  for (const std::uint8_t label : labels) ++counts.at(label);
  return counts;
}

void expect_shape(const Table& table, std::size_t rows, std::size_t columns) {
  EXPECT_EQ(table.rows(), rows) << table.name;
  EXPECT_EQ(table.columns.size(), columns) << table.name;
}

TEST(RealPacks, Mnist) {
  const fs::path folder = folder_of("mnist");
  if (folder.empty()) GTEST_SKIP() << "run `mls packs fetch mnist` first";
  const ByteArray images = read_idx(folder / "train-images-idx3-ubyte");
  EXPECT_EQ(images.shape, (Shape{60000, 28, 28}));
  const double mean = std::accumulate(images.values.begin(), images.values.end(), 0.0) /
                      static_cast<double>(images.values.size());
  EXPECT_NEAR(mean / 255, 0.1307, 5e-5);
  EXPECT_EQ(counts_of(read_idx(folder / "train-labels-idx1-ubyte").values),
            (std::vector<int>{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}));
  EXPECT_EQ(read_idx(folder / "t10k-images-idx3-ubyte").shape, (Shape{10000, 28, 28}));
  EXPECT_EQ(counts_of(read_idx(folder / "t10k-labels-idx1-ubyte").values),
            (std::vector<int>{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}));
}

TEST(RealPacks, FashionMnist) {
  const fs::path folder = folder_of("fashion-mnist");
  if (folder.empty()) GTEST_SKIP() << "run `mls packs fetch fashion-mnist` first";
  const ByteArray images = read_idx(folder / "train-images-idx3-ubyte.gz");
  EXPECT_EQ(images.shape, (Shape{60000, 28, 28}));
  const double mean = std::accumulate(images.values.begin(), images.values.end(), 0.0) /
                      static_cast<double>(images.values.size());
  EXPECT_NEAR(mean / 255, 0.2860, 5e-5);
  EXPECT_EQ(counts_of(read_idx(folder / "train-labels-idx1-ubyte.gz").values), std::vector<int>(10, 6000));
  EXPECT_EQ(counts_of(read_idx(folder / "t10k-labels-idx1-ubyte.gz").values), std::vector<int>(10, 1000));
}

TEST(RealPacks, Mlbench) {
  const fs::path folder = folder_of("mlbench");
  if (folder.empty()) GTEST_SKIP() << "run `mls packs fetch mlbench` first";
  const tabular::Dataset letters = read_dataset(folder / "LetterRecognition.rda", "lettr");
  EXPECT_EQ(letters.x.rows, 20000);
  EXPECT_EQ(letters.x.columns, 16);
  EXPECT_EQ(letters.classes, 26);
  EXPECT_EQ(std::count(letters.y.begin(), letters.y.end(), 0), 789);   // A
  EXPECT_EQ(std::count(letters.y.begin(), letters.y.end(), 25), 734);  // Z
  const auto [low, high] = std::minmax_element(letters.x.values.begin(), letters.x.values.end());
  EXPECT_EQ(*low, 0);
  EXPECT_EQ(*high, 15);
  const tabular::Dataset satellite = read_dataset(folder / "Satellite.rda", "classes");
  EXPECT_EQ(satellite.x.rows, 6435);
  EXPECT_EQ(satellite.x.columns, 36);
  EXPECT_EQ(satellite.classes, 6);
  EXPECT_EQ(std::count(satellite.y.begin(), satellite.y.end(), 0), 1533);  // red soil
  expect_shape(read_table(folder / "Shuttle.rda"), 58000, 10);
  expect_shape(read_table(folder / "DNA.rda"), 3186, 181);
  const Table diabetes = read_table(folder / "PimaIndiansDiabetes2.rda");
  const Numbers& insulin = diabetes.column("insulin").numbers();
  EXPECT_EQ(std::count_if(insulin.begin(), insulin.end(), [](double x) { return std::isnan(x); }), 374);
}

TEST(RealPacks, Kernlab) {
  const fs::path folder = folder_of("kernlab");
  if (folder.empty()) GTEST_SKIP() << "run `mls packs fetch kernlab` first";
  const tabular::Dataset spam = read_dataset(folder / "spam.rda", "type");
  EXPECT_EQ(spam.x.rows, 4601);
  EXPECT_EQ(spam.x.columns, 57);
  EXPECT_EQ(std::count(spam.y.begin(), spam.y.end(), 1), 1813);
  expect_shape(read_table(folder / "income.rda"), 8993, 14);
  expect_shape(read_table(folder / "ticdata.rda"), 9822, 86);
  expect_shape(read_table(folder / "musk.rda"), 476, 167);
}

TEST(RealPacks, Modeldata) {
  const fs::path folder = folder_of("modeldata");
  if (folder.empty()) GTEST_SKIP() << "run `mls packs fetch modeldata` first";
  const Table concrete = read_table(folder / "Rdata.rdx", "concrete");
  expect_shape(concrete, 1030, 9);
  EXPECT_DOUBLE_EQ(concrete.column("compressive_strength").numbers().front(), 79.99);
  expect_shape(read_table(folder / "Rdata.rdx", "lending_club"), 9857, 23);
  expect_shape(read_table(folder / "Rdata.rdx", "credit_data"), 4454, 14);
}

}  // namespace
}  // namespace mls::data
