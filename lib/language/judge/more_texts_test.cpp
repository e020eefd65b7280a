#include "lib/language/judge/more_texts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/error.hpp"
#include "lib/data/judge/testing.hpp"

namespace mls::language {
namespace {

TEST(Proofs, PiecesEndWithStatementsAndMakeUpTheText) {
  const std::string text =
      "a $p |- x $= b $.\n\n$( Why. $)\nc $a |- y $.\n"
      "d $p |- z $= ( e\n f ) AB $.\n  trailing";
  const Documents pieces = pieces_of_proofs(text, 10);
  ASSERT_EQ(pieces.size(), 4U);
  std::string joined;
  for (const std::string& piece : pieces) joined += piece;
  EXPECT_EQ(joined, text);
  EXPECT_EQ(pieces[1], "\n$( Why. $)\nc $a |- y $.\n");
  EXPECT_EQ(pieces_of_proofs(text, 1000).size(), 1U);
  EXPECT_TRUE(pieces_of_proofs("", 10).empty());
}

TEST(Fortunes, EntriesAreApartByBlankLines) {
  EXPECT_EQ(without_separators("a 5% rise\n%\nb\n%\n"), "a 5% rise\n\nb\n\n");
  EXPECT_EQ(without_separators("no newline"), "no newline\n");
}

TEST(MoreTexts, WhatIsMissingIsNamed) {
  EXPECT_THROW((void)read_proofs("/proc/self/fdinfo"), Error);
  EXPECT_THROW((void)read_fortunes("/proc/self/task/nobody"), std::exception);
}

std::size_t bytes_in(const Documents& documents) {
  std::size_t bytes = 0;
  for (const std::string& document : documents) bytes += document.size();
  return bytes;
}

std::size_t symbols_in(const Documents& documents) {
  std::set<char> symbols;
  for (const std::string& document : documents) symbols.insert(document.begin(), document.end());
  return symbols.size();
}

TEST(RealTexts, Proofs) {
  const auto folder = data::testing::folder_of("metamath");
  if (folder.empty()) GTEST_SKIP() << "run `mls packs fetch metamath` first";
  const Documents proofs = read_proofs(folder);
  EXPECT_GT(proofs.size(), 40U);
  EXPECT_NEAR(static_cast<double>(bytes_in(proofs)), 3e6, 3e4);
  EXPECT_EQ(symbols_in(proofs), 95U);
  // A statement that everybody knows.
  EXPECT_TRUE(std::ranges::any_of(proofs, [](const std::string& text) {
    return text.find("dfac10 $p |- ( CHOICE <-> dom card = _V )") != std::string::npos;
  }));
}

TEST(RealTexts, Fortunes) {
  const auto folder = data::testing::folder_of("fortunes");
  if (folder.empty()) GTEST_SKIP() << "run `mls packs fetch fortunes` first";
  const Documents fortunes = read_fortunes(folder);
  EXPECT_GT(fortunes.size(), 20U);
  EXPECT_GT(bytes_in(fortunes), std::size_t{1'500'000});
  for (const std::string& text : fortunes) EXPECT_EQ(text.find("\n%\n"), std::string::npos);
}

}  // namespace
}  // namespace mls::language
