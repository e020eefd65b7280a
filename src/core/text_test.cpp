#include "core/text.hpp"

#include <gtest/gtest.h>

namespace mls {
namespace {

constexpr std::size_t plenty = 10'000;

TEST(PlainText, OrdinaryTextStays) {
  for (const char* text : {"", "error: 'x' is naïve λ 你 😀\n\tnext line"})
    EXPECT_EQ(plain_text(text, plenty), text);
}

TEST(PlainText, NothingDrivesATerminal) {
  EXPECT_EQ(plain_text("\x1b[2Jok\r\x07", plenty), "\\x1b[2Jok\\x0d\\x07");
  EXPECT_EQ(plain_text(std::string_view("a\0b", 3), plenty), "a\\x00b");
  EXPECT_EQ(plain_text("\x7f\xc2\x9b"
                       "31m",
                       plenty),
            "\\x7f\\xc2\\x9b31m");  // DEL, C1
  EXPECT_EQ(plain_text("\xe2\x80\xae"
                       "evil",
                       plenty),
            "\\xe2\\x80\\xaeevil");  // right-to-left override
  EXPECT_EQ(plain_text("a\xe2\x80\xa8"
                       "b",
                       plenty),
            "a\\xe2\\x80\\xa8b");  // line separator
}

TEST(PlainText, BytesThatAreNoTextAreShownAsBytes) {
  EXPECT_EQ(plain_text("\xff\xfe", plenty), "\\xff\\xfe");
  EXPECT_EQ(plain_text("\xc0\xaf", plenty), "\\xc0\\xaf");           // overlong
  EXPECT_EQ(plain_text("\xed\xa0\x80", plenty), "\\xed\\xa0\\x80");  // surrogate
  EXPECT_EQ(plain_text("\xf4\x90\x80\x80", plenty), "\\xf4\\x90\\x80\\x80");
  EXPECT_EQ(plain_text("x\xe2\x82", plenty), "x\\xe2\\x82");  // cut short
}

TEST(PlainText, LongTextLosesItsMiddleBetweenCharacters) {
  const std::string plain = plain_text("first " + std::string(1000, '.') + " last", 60);
  EXPECT_EQ(plain.substr(0, 6), "first ");
  EXPECT_EQ(plain.substr(plain.size() - 5), " last");
  EXPECT_NE(plain.find("[... 951 bytes left out ...]"), std::string::npos) << plain;
  std::string umlauts;
  for (int i = 0; i < 100; ++i) umlauts += "ä";
  for (std::size_t most = 1; most < 40; ++most) {
    const std::string cut = plain_text(umlauts, most);
    for (std::string_view rest = cut; !rest.empty(); rest.remove_prefix(utf8_sequence(rest))) {
      ASSERT_GT(utf8_sequence(rest), 0U) << most;
    }
  }
}

}  // namespace
}  // namespace mls
