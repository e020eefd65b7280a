// On the real data, where `mls packs fetch` has put them.
#include "lib/vision/judge/datasets.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/locations.hpp"

namespace mls::vision {
namespace {

namespace fs = std::filesystem;

/// Empty when the pack was never fetched.
fs::path folder_of(const std::string& pack) {
  const fs::path packs = user_home() / "packs";
  if (!fs::is_directory(packs)) return {};
  for (const auto& entry : fs::directory_iterator(packs)) {
    if (entry.path().filename().string().starts_with(pack + "-")) return entry.path();
  }
  return {};
}

fs::path file_of(const std::string& pack, const std::string& file) { return folder_of(pack) / file; }

void expect_usual(const Dataset& data, std::size_t train, std::size_t test) {
  EXPECT_EQ(data.train.count(), train);
  EXPECT_EQ(data.test.count(), test);
  EXPECT_EQ(data.train.pixels.size(), train * data.train.size.values());
  EXPECT_EQ(std::ranges::max(data.train.labels), data.classes - 1);
  EXPECT_EQ(std::ranges::min(data.train.labels), 0);
}

TEST(Datasets, Digits) {
  if (folder_of("mnist").empty()) GTEST_SKIP() << "run `mls packs fetch mnist` first";
  const Dataset data = draw_dataset({"mnist", 500, 100}, file_of, Rng(1));
  expect_usual(data, 500, 100);
  EXPECT_EQ(data.train.size.height, 14);
  EXPECT_EQ(draw_dataset({"mnist", 500, 100}, file_of, Rng(1)).test.labels, data.test.labels);
  EXPECT_NE(draw_dataset({"mnist", 500, 100}, file_of, Rng(2)).test.labels, data.test.labels);
}

TEST(Datasets, ScenesOfTenTwentyAndAHundredClasses) {
  if (folder_of("emoji-datasource-google").empty() || folder_of("emoji-datasource-twitter").empty())
    GTEST_SKIP() << "run `mls packs fetch emoji-datasource-google emoji-datasource-twitter` first";
  for (const int classes : {10, 20, 100}) {
    const Dataset data = draw_dataset({"emoji-" + std::to_string(classes), 2000, 100}, file_of, Rng(1));
    EXPECT_EQ(data.classes, classes);
    expect_usual(data, 2000, 100);
  }
}

TEST(Datasets, UnknownNameIsRefused) {
  EXPECT_THROW((void)draw_dataset({"cifar-10", 10, 10}, file_of, Rng(1)), Error);
}

TEST(Datasets, SurvivesAMessage) {
  Dataset data{3, {{1, 1, 2}, {1, 2, 3, 4}, {0, 2}}, {{1, 1, 2}, {5, 6}, {1}}};
  Message message("data");
  add(message, data);
  const StoredMessage stored(encode(message));
  const Dataset read = dataset_of(stored.get());
  EXPECT_EQ(read.classes, 3);
  EXPECT_EQ(read.train.pixels, data.train.pixels);
  EXPECT_EQ(read.train.labels, data.train.labels);
  EXPECT_EQ(read.test.size.width, 2);
}

}  // namespace
}  // namespace mls::vision
