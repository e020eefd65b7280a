#include "core/json.hpp"

#include <gtest/gtest.h>

#include <string>

#include "core/error.hpp"

namespace mls {
namespace {

std::string nested(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') +
         std::string(static_cast<std::size_t>(depth), ']');
}

TEST(ParseJson, KeepsOrderAndValues) {
  const Json json = parse_json(R"({"b": [1, 2.5, null], "a": "[[{\"\\"})");
  EXPECT_EQ(json.begin().key(), "b");
  EXPECT_EQ(json.at("a").get<std::string>(), "[[{\"\\");
}

TEST(ParseJson, RefusesWhatIsTooDeep) {
  EXPECT_EQ(parse_json(nested(max_json_depth)).size(), 1U);
  for (const int depth : {max_json_depth + 1, 1'000'000}) {
    try {
      (void)parse_json(nested(depth));
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::bad_input);
      EXPECT_NE(std::string(error.what()).find(std::to_string(depth) + " levels deep"), std::string::npos)
          << error.what();
    }
  }
}

TEST(ParseJson, RefusesEverythingElse) {
  for (const char* text : {"", "{", "[1,]", "nul", "\"\xff\"", "{} {}", "\"\\", "1e999"}) {
    EXPECT_THROW((void)parse_json(text), Error) << text;
  }
}

TEST(IsInt, OnlyWhatAnIntHolds) {
  for (const char* yes : {"0", "-2147483648", "2147483647"}) EXPECT_TRUE(is_int(parse_json(yes))) << yes;
  for (const char* no : {"2147483648", "-2147483649", "18446744073709551615", "1e300", "1.0", "true", "\"1\"",
                         "null", "[1]"}) {
    EXPECT_FALSE(is_int(parse_json(no))) << no;
  }
}

}  // namespace
}  // namespace mls
