#include "lib/vision/judge/class_batches.hpp"

#include <gtest/gtest.h>

#include <set>

namespace mls::vision {
namespace {

TEST(ClassBatches, EachIsOfOneClassAndAllClassesCome) {
  std::vector<std::int64_t> labels;
  for (int i = 0; i < 60; ++i) labels.push_back(i % 3);
  ClassBatches batches(labels, 3, 4, Rng(1));
  std::set<std::int64_t> seen;
  for (int k = 0; k < 40; ++k) {
    std::set<std::int64_t> classes;
    const auto rows = batches.next();
    EXPECT_EQ(rows.size(), 4U);
    for (const std::int64_t row : rows) classes.insert(labels.at(static_cast<std::size_t>(row)));
    EXPECT_EQ(classes.size(), 1U);
    seen.insert(*classes.begin());
  }
  EXPECT_EQ(seen.size(), 3U);
}

}  // namespace
}  // namespace mls::vision
