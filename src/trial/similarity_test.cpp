#include "trial/similarity.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "core/files.hpp"

namespace mls::trial {
namespace {

using Tokens = std::vector<std::string_view>;

TEST(Jaccard, ComparesSetsOfPhrases) {
  const Tokens first{"a", "b", "c", "d"};
  EXPECT_EQ(jaccard(first, first, 1), 1);
  EXPECT_EQ(jaccard(first, first, 3), 1);
  EXPECT_EQ(jaccard(first, {"d", "c", "b", "a"}, 1), 1);
  EXPECT_EQ(jaccard(first, {"d", "c", "b", "a"}, 3), 0);
  EXPECT_DOUBLE_EQ(jaccard(first, {"a", "b", "c", "e"}, 1), 3.0 / 5);
  EXPECT_DOUBLE_EQ(jaccard(first, {"a", "b", "c", "e"}, 3), 1.0 / 3);
  EXPECT_DOUBLE_EQ(jaccard({"a", "a", "b"}, {"a", "b", "b", "b"}, 1), 1);
  EXPECT_EQ(jaccard({}, {}, 3), 1);
  EXPECT_EQ(jaccard({"a"}, {"a", "b", "c"}, 3), 0);
}

TEST(Similarity, IsWithEveryBaselineWhateverLayoutAndComments) {
  const TemporaryFolder folder;
  task::Task task;
  task.folder = folder.path();
  task.baselines = {{"start", "", "", true}, {"other", "", "", false}};
  std::filesystem::create_directories(folder.path() / "baselines");
  std::ofstream(folder.path() / "method.cpp") << "int f(int x) { return x + 1; }\n";
  std::ofstream(folder.path() / "baselines" / "other.cpp") << "double g;\n";
  const auto found =
      BaselineSources(task).similarities("// mine\nint f(int x)\n{\n  return x /* plus */ + 1;\n}");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].baseline, "start");
  EXPECT_EQ(found[0].one, 1);
  EXPECT_EQ(found[0].three, 1);
  EXPECT_LT(found[1].one, 0.2);
  EXPECT_EQ(found[1].three, 0);
  ASSERT_NE(nearest(found), nullptr);
  EXPECT_EQ(nearest(found)->baseline, "start");
  EXPECT_EQ(nearest({}), nullptr);
}

}  // namespace
}  // namespace mls::trial
