#include "trial/unified_diff.hpp"

#include <gtest/gtest.h>

#include <string>

#include "core/files.hpp"
#include "core/rng.hpp"
#include "core/subprocess.hpp"

namespace mls::trial {
namespace {

TEST(UnifiedDiff, ShowsWhatChangedWithItsSurroundings) {
  EXPECT_EQ(unified_diff("a\nb\n", "a\nb\n"), "");
  EXPECT_EQ(unified_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"),
            "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
  EXPECT_EQ(unified_diff("", "a\n"), "@@ -0,0 +1 @@\n+a\n");
  EXPECT_EQ(unified_diff("a\n", ""), "@@ -1 +0,0 @@\n-a\n");
  EXPECT_EQ(unified_diff("a", "a\n"), "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
}

TEST(UnifiedDiff, DistantChangesAreHunksOfTheirOwn) {
  std::string before;
  for (int i = 0; i < 30; ++i) before += std::to_string(i) + "\n";
  std::string after = before;
  after.replace(after.find("\n3\n"), 3, "\nthree\n");
  after.replace(after.find("\n20\n"), 4, "\n");
  const std::string diff = unified_diff(before, after);
  EXPECT_NE(diff.find("@@ -1,7 +1,7 @@"), std::string::npos) << diff;
  EXPECT_NE(diff.find("@@ -18,7 +18,6 @@"), std::string::npos) << diff;
}

TEST(UnifiedDiff, GitMakesTheNewTextOfTheOldOne) {
  const TemporaryFolder folder;
  Rng rng(5);
  for (int round = 0; round < 20; ++round) {
    std::string texts[2];
    for (std::string& text : texts) {
      for (int line = 0; line < 40; ++line)
        text += std::string(1, 'a' + static_cast<char>(rng.below(4))) + "\n";
      if (rng.bernoulli(0.3)) text.pop_back();
    }
    write_atomic(folder.path() / "file", texts[0]);
    write_atomic(folder.path() / "diff", "--- file\n+++ file\n" + unified_diff(texts[0], texts[1]));
    const Finished patched = run_command({{"git", "apply", "-p0", "diff"}, folder.path(), {}, 10});
    ASSERT_EQ(patched.exit_code, 0) << patched.out;
    EXPECT_EQ(read_file(folder.path() / "file"), texts[1]);
  }
}

TEST(UnifiedDiff, EnormousTextsTakeNoTime) {
  std::string before;
  std::string after;
  for (int i = 0; i < 30000; ++i) {
    before += "x\n";
    after += "y\n";
  }
  EXPECT_GT(unified_diff(before, after).size(), before.size());
}

}  // namespace
}  // namespace mls::trial
