#include "core/cpp_lexer.hpp"

#include <gtest/gtest.h>

#include <string>

#include "core/files.hpp"
#include "core/locations.hpp"
#include "core/rng.hpp"
#include "core/subprocess.hpp"

namespace mls {
namespace {

using Kind = TokenKind;

/// The tokens with a bar between them.
std::string bars(std::string_view source) {
  std::string text;
  for (const Token& token : lex(source)) text.append(text.empty() ? "" : "|").append(token.text);
  return text;
}

std::vector<std::string> of_kind(std::string_view source, Kind kind) {
  std::vector<std::string> found;
  for (const Token& token : lex(source)) {
    if (token.kind == kind) found.emplace_back(token.text);
  }
  return found;
}

using Texts = std::vector<std::string>;

TEST(Lexer, SplitsWordsNumbersAndOperators) {
  EXPECT_EQ(bars("double x=1.5e-3;"), "double|x|=|1.5e-3|;");
  EXPECT_EQ(bars("a<=>b->*c<<=d...e::f"), "a|<=>|b|->*|c|<<=|d|...|e|::|f");
  EXPECT_EQ(bars("x1 _2 größe$"), "x1|_2|größe$");
  EXPECT_EQ(bars(""), "");
  EXPECT_EQ(bars(" \t\r\n\v\f"), "");
}

TEST(Lexer, NumbersAreWholeWithSeparatorsExponentsAndSuffixes) {
  EXPECT_EQ(
      of_kind("1'000'000u 0x1.8p-3 0b1010'1 .5f 1.e+5L 1e5 0XFFull 07 2_km 1.5_x'y 3.14if", Kind::number),
      (Texts{"1'000'000u", "0x1.8p-3", "0b1010'1", ".5f", "1.e+5L", "1e5", "0XFFull", "07", "2_km", "1.5_x'y",
             "3.14if"}));
  EXPECT_EQ(bars("1+2"), "1|+|2");
  EXPECT_EQ(bars("x-1e-5-2"), "x|-|1e-5|-|2");
  EXPECT_EQ(bars("a.5"), "a|.5");
  EXPECT_EQ(bars("v.x"), "v|.|x");
  EXPECT_EQ(bars("1..2"), "1..2");
  EXPECT_EQ(bars("x1"), "x1");
  EXPECT_EQ(bars("1'"), "1|'") << "not a separator";
}

TEST(Lexer, NothingInsideTextsAndCommentsIsANumber) {
  EXPECT_EQ(of_kind("// 1\n/* 2 */ \"3\" '4' u8\"5\" L'6' \"\\\"7\" '\\'' 8", Kind::number), (Texts{"8"}));
  EXPECT_EQ(of_kind("R\"(1\" 2)\" 3", Kind::number), (Texts{"3"}));
  EXPECT_EQ(of_kind("u8R\"x(1)\" )x 2)x\" 3", Kind::number), (Texts{"3"}));
  EXPECT_EQ(of_kind("LR\"()\" UR\"(1)\"_s 2", Kind::text), (Texts{"LR\"()\"", "UR\"(1)\"_s"}));
  EXPECT_EQ(of_kind("// 1 \\\n 2\n3", Kind::number), (Texts{"3"})) << "a comment goes on after a splice";
  EXPECT_EQ(of_kind("// 1 \\\r\n 2\r\n3", Kind::number), (Texts{"3"}));
  EXPECT_EQ(of_kind("\"1\\\n2\" 3", Kind::number), (Texts{"3"}));
  EXPECT_EQ(of_kind("/* 1 // */ 2 /*/ 3 */", Kind::number), (Texts{"2"}));
}

TEST(Lexer, APrefixThatIsNoneIsAWord) {
  EXPECT_EQ(bars("x\"1\""), "x|\"1\"");
  EXPECT_EQ(bars("FooR\"(1)\""), "FooR|\"(1)\"");
  EXPECT_EQ(bars("R\"a b(1)\""), "R|\"a b(1)\"") << "no raw string has a space in its delimiter";
}

TEST(Lexer, WhatIsNeverClosedEnds) {
  EXPECT_EQ(bars("\"1\n2"), "\"1|2");
  EXPECT_EQ(bars("'1\n2"), "'1|2");
  EXPECT_EQ(bars("/* 1\n2"), "");
  EXPECT_EQ(bars("R\"(1\n2"), "R\"(1\n2");
  EXPECT_EQ(bars("\"\\"), "\"\\");
}

TEST(Lexer, DirectivesGoToTheEndOfTheirLogicalLine) {
  const auto outside = [](std::string_view source) {
    Texts texts;
    for (const Token& token : lex(source)) {
      if (!token.directive) texts.emplace_back(token.text);
    }
    return texts;
  };
  EXPECT_EQ(outside("#define N 5\n6"), (Texts{"6"}));
  EXPECT_EQ(outside("  # define N \\\n 5\n6"), (Texts{"6"}));
  EXPECT_EQ(outside("/* 1 */ #if 0 /* 2 \n 3 */ 4\n5"), (Texts{"5"}));
  EXPECT_EQ(outside("a # b\n"), (Texts{"a", "#", "b"}));
  EXPECT_EQ(outside("#define S R\"(\n1\n)\" 2\n3"), (Texts{"3"}));
}

TEST(Lexer, AnyBytesAreTokensOrBlank) {
  Rng rng(20);
  const std::string alphabet = "aR8'\"\\\n\r\t ()/*#.0e+-xpLu_;[]\x80\xff" + std::string(1, '\0');
  for (int round = 0; round < 20'000; ++round) {
    std::string source;
    for (auto left = rng.below(24); left > 0; --left) source += alphabet[rng.below(alphabet.size())];
    std::size_t end = 0;
    for (const Token& token : lex(source)) {
      ASSERT_FALSE(token.text.empty());
      ASSERT_GE(token.offset, end);
      ASSERT_EQ(source.substr(token.offset, token.text.size()), token.text);
      end = token.offset + token.text.size();
    }
    ASSERT_LE(end, source.size());
  }
}

/// Offsets and kinds as clang's own lexer sees them ("kind 'text'  Loc=<file:line:column>").
std::vector<std::pair<std::size_t, bool>> by_clang(const std::filesystem::path& file,
                                                   const std::string& source) {
  std::vector<std::size_t> lines{0};
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] == '\n') lines.push_back(i + 1);
  }
  const Finished finished = run_command({{"clang++-19", "-std=c++20", "-fsyntax-only", "-Xclang",
                                          "-dump-raw-tokens", "-x", "c++", file.string()},
                                         {},
                                         {},
                                         60,
                                         std::size_t{16} << 20});
  EXPECT_TRUE(finished.ok()) << finished.err.substr(0, 500);
  std::vector<std::pair<std::size_t, bool>> tokens;
  const std::string& text = finished.err;
  for (std::size_t at = 0; at < text.size();) {
    const std::string kind = text.substr(at, text.find(' ', at) - at);
    const std::size_t place = text.find("Loc=<" + file.string() + ":", at) + 6 + file.string().size();
    std::size_t digits = 0;
    const auto line = std::stoul(text.substr(place, 20), &digits);
    const auto column = std::stoul(text.substr(place + digits + 1, 20));
    if (kind != "unknown" && kind != "comment" && kind != "eof")
      tokens.emplace_back(lines.at(line - 1) + column - 1, kind == "numeric_constant");
    at = text.find('\n', place) + 1;
  }
  return tokens;
}

TEST(Lexer, AgreesWithClangOnEveryMethodOfTheBenchmark) {
  ASSERT_TRUE(find_program("clang++-19")) << "./mls installs clang-19";
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(repository_root() / "tasks")) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string source = read_file(entry.path());
    std::vector<std::pair<std::size_t, bool>> ours;
    for (const Token& token : lex(source)) ours.emplace_back(token.offset, token.kind == Kind::number);
    EXPECT_EQ(ours, by_clang(entry.path(), source)) << entry.path();
    // The whole benchmark will have a thousand.
    if (++files == 40) break;
  }
  EXPECT_GT(files, 10);
}

TEST(Lexer, AgreesWithClangOnOddTokens) {
  ASSERT_TRUE(find_program("clang++-19")) << "./mls installs clang-19";
  const std::string source =
      "auto a = 1'000.5e-3 + 0x1p+3f - .5 * 0b11u; // 1 \\\n 2\n#define X(a) a##1 'b' /* \n 3 */ 4\n"
      "auto s = R\"d(1 )\" )d\" \"\\\"2\" u8\"3\"_x L'\\'' ; auto t = a.5 ? 1. : 2.f; x->*y<=>z...; 07 08 "
      "1_km\n";
  const TemporaryFolder folder;
  const auto file = folder.path() / "odd.cpp";
  write_atomic(file, source);
  std::vector<std::pair<std::size_t, bool>> ours;
  for (const Token& token : lex(source)) ours.emplace_back(token.offset, token.kind == Kind::number);
  EXPECT_EQ(ours, by_clang(file, source));
}

}  // namespace
}  // namespace mls
