#include "trial/literals.hpp"

#include <gtest/gtest.h>

#include "core/rng.hpp"

namespace mls::trial {
namespace {

std::vector<std::string> texts_of(std::string_view source) {
  std::vector<std::string> texts;
  for (const Literal& literal : tunable_literals(source))
    texts.emplace_back(source.substr(literal.offset, literal.length));
  return texts;
}
using Texts = std::vector<std::string>;

Literal only(std::string_view source) {
  const auto literals = tunable_literals(source);
  EXPECT_EQ(literals.size(), 1U) << source;
  return literals.empty() ? Literal{} : literals.front();
}

std::string scaled_text(std::string_view number, double factor) {
  // In a constant, where a 1 counts too.
  const auto tweak = scaled(only("constexpr auto x = " + std::string(number) + ";"), factor);
  return tweak ? tweak->text : "-";
}

TEST(Literals, AmountsAreFound) {
  EXPECT_EQ(texts_of("double a = 0.5; f(x, 3, 1e-8f); return 1'000.0 * y - 2;"),
            (Texts{"0.5", "3", "1e-8f", "1'000.0", "2"}));
  EXPECT_EQ(texts_of("constexpr int rounds = 1; int i = 1; double b = 1.0;"), (Texts{"1", "1.0"}));
  EXPECT_EQ(texts_of("x = 0x1.8p1 + .5L + 7uz + 9ULL;"), (Texts{"0x1.8p1", ".5L", "7uz", "9ULL"}));
}

TEST(Literals, WhatIsNoAmountIsLeftAlone) {
  for (const char* source : {"0",
                             "0.0",
                             "0e5",
                             "1",
                             "0xff",
                             "0b101",
                             "017",
                             "08",
                             "2_km",
                             "1.5_x",
                             "1e",
                             "0x1.8",
                             "1.2.3",
                             "99999999999999999999",
                             "1e999",
                             "1e-999",
                             "1.0f16",
                             "#define RATE 0.1\n",
                             "#if 3 > 2 \\\n && 4\n",
                             "double a[5];",
                             "a[b[2] + 3]",
                             "case 4:",
                             "\"5\" '6' // 7\n/* 8 */ R\"(9)\"",
                             "x2"}) {
    EXPECT_EQ(texts_of(source), Texts{}) << source;
  }
  EXPECT_EQ(texts_of("] 2"), (Texts{"2"})) << "a bracket that was never opened";
}

TEST(Literals, NamedConstantsPromiseMost) {
  const auto literals = tunable_literals(
      "constexpr double rate = 0.1;\nconstexpr std::array<double, 2> w{0.2, 3};\n"
      "constexpr double twice(double x) { return 2 * x; }\ndouble y = 0.3;\nint z = 4;\n");
  std::vector<Promise> promises;
  for (const Literal& literal : literals) promises.push_back(literal.promise);
  using enum Promise;
  EXPECT_EQ(promises, (std::vector{named_constant, named_constant, named_constant, named_constant, integer,
                                   real, integer}));
}

TEST(Literals, RealsAreScaledAndStayReals) {
  EXPECT_EQ(scaled_text("0.1", 2), "0.2");
  EXPECT_EQ(scaled_text("1.5", 2), "3.0");
  EXPECT_EQ(scaled_text("1e-8f", 0.5), "5e-09f");
  EXPECT_EQ(scaled_text("1'000.0L", 2), "2000.0L");
  EXPECT_EQ(scaled_text("0x1p-1", 0.5), "0.25");
  EXPECT_EQ(scaled_text("0.3", 1.1892071), "0.356762");
  EXPECT_EQ(scaled_text("0.3", 1.00000001), "-") << "lost in rounding";
  EXPECT_EQ(scaled_text("1e308", 1e10), "-");
}

TEST(Literals, SharesStayShares) {
  EXPECT_EQ(scaled_text("0.9", 2), "0.95");
  EXPECT_EQ(scaled_text("0.9", 0.5), "0.8");
  EXPECT_EQ(scaled_text("0.999f", 2), "0.9995f");
  EXPECT_EQ(scaled_text("0.6", 0.25), "-") << "below zero";
  EXPECT_EQ(scaled_text("0.9999999", 2), "-") << "rounds to 1";
  EXPECT_EQ(scaled_text("0.5", 2), "1.0");
}

TEST(Literals, IntegersMoveByOneAtLeastAndStayPositive) {
  EXPECT_EQ(scaled_text("10", 2), "20");
  EXPECT_EQ(scaled_text("10u", 1.02), "11u");
  EXPECT_EQ(scaled_text("10", 0.98), "9");
  EXPECT_EQ(scaled_text("1", 2), "2");
  EXPECT_EQ(scaled_text("1", 0.5), "-");
  EXPECT_EQ(scaled_text("1'000LL", 0.5), "500LL");
  EXPECT_EQ(scaled_text("2000000000", 2), "2147483647");
  EXPECT_EQ(scaled_text("2147483647", 2), "-");
  EXPECT_EQ(scaled_text("3000000000", 2), "6000000000");
}

TEST(Literals, OnlyTheLiteralIsReplaced) {
  const std::string source = "a = 0.5; // 0.5\nb = 0.5;";
  const auto literals = tunable_literals(source);
  ASSERT_EQ(literals.size(), 2U);
  EXPECT_EQ(replaced(source, literals[0], "0.25"), "a = 0.25; // 0.5\nb = 0.5;");
  EXPECT_EQ(replaced(source, literals[1], "2.0"), "a = 0.5; // 0.5\nb = 2.0;");
}

TEST(Literals, AnyBytesAreRead) {
  Rng rng(7);
  const std::string alphabet = "0123456789.eExXpP+-'fulLUz_[];:#\n constexprase";
  for (int round = 0; round < 20'000; ++round) {
    std::string source;
    for (auto left = rng.below(24); left > 0; --left) source += alphabet[rng.below(alphabet.size())];
    for (const Literal& literal : tunable_literals(source)) {
      ASSERT_GT(literal.value, 0) << source;
      for (const double factor : {2.0, 0.5}) {
        const auto tweak = scaled(literal, factor);
        if (!tweak) continue;
        const auto again = tunable_literals("constexpr auto x = " + tweak->text + ";");
        ASSERT_EQ(again.size(), 1U) << source << " -> " << tweak->text;
        ASSERT_EQ(again[0].value, tweak->value) << source;
        ASSERT_EQ(again[0].real, literal.real) << source;
        ASSERT_EQ(again[0].suffix, literal.suffix) << source;
      }
    }
  }
}

}  // namespace
}  // namespace mls::trial
