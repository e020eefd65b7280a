#include "trial/similarity.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "core/files.hpp"
#include "core/rng.hpp"

namespace mls::trial {
namespace {

using Tokens = std::vector<std::string_view>;

TEST(Tokens, AreWordsNumbersLiteralsAndLongestOperators) {
  EXPECT_EQ(tokens_of("x+=.5e-3f*1'000-0x1p+2->*y<=>z"),
            (Tokens{"x", "+=", ".5e-3f", "*", "1'000", "-", "0x1p+2", "->*", "y", "<=>", "z"}));
  EXPECT_EQ(tokens_of("0xe+1 1e+1 a.b .. 1.f"),
            (Tokens{"0xe", "+", "1", "1e+1", "a", ".", "b", ".", ".", "1.f"}));
  EXPECT_EQ(tokens_of("std::vector<int>>=Größe;"),
            (Tokens{"std", "::", "vector", "<", "int", ">>=", "Größe", ";"}));
}

TEST(Tokens, LeaveOutCommentsAndLayout) {
  EXPECT_EQ(tokens_of("a /* b\n c */ d // e \\\n f\n\tg\\\n+h\r\n"), (Tokens{"a", "d", "g", "+", "h"}));
  EXPECT_EQ(tokens_of("/* never closed"), Tokens{});
  EXPECT_EQ(tokens_of("x//"), Tokens{"x"});
}

TEST(Tokens, KeepLiteralsWhole) {
  EXPECT_EQ(tokens_of(R"("// no comment" 'a' '\'' u8"x\"y" L'b')"),
            (Tokens{"\"// no comment\"", "'a'", "'\\''", "u8\"x\\\"y\"", "L'b'"}));
  EXPECT_EQ(tokens_of("R\"t(a \" )\" b)t\" x"), (Tokens{"R\"t(a \" )\" b)t\"", "x"}));
  EXPECT_EQ(tokens_of("CHAR'x'"), (Tokens{"CHAR", "'x'"}));
  EXPECT_EQ(tokens_of("\"open\nx"), (Tokens{"\"open", "x"}));
  EXPECT_EQ(tokens_of("R\"never closed"), Tokens{"R\"never closed"});
}

TEST(Tokens, AreFoundInAnyBytes) {
  Rng rng(4);
  constexpr std::string_view alphabet = "aR0.'\"\\/*\n\r (<=>-+e\xc3";
  for (int round = 0; round < 2000; ++round) {
    std::string source;
    for (std::uint64_t i = rng.below(40); i > 0; --i) {
      source += rng.below(4) == 0 ? static_cast<char>(rng.below(256)) : alphabet[rng.below(alphabet.size())];
    }
    const char* end = source.data();
    for (const auto& token : tokens_of(source)) {
      ASSERT_FALSE(token.empty());
      ASSERT_GE(token.data(), end);
      end = token.data() + token.size();
      ASSERT_LE(end, source.data() + source.size());
    }
  }
}

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
