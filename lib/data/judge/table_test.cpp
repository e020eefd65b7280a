#include "lib/data/judge/table.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/rng.hpp"

namespace mls::data {
namespace {

RValue strings(const std::vector<std::string>& texts) {
  return {RValue::Strings(texts.begin(), texts.end()), {}};
}

RValue factor_value(RValue::Integers codes, const std::vector<std::string>& levels) {
  return {std::move(codes), {{"levels", strings(levels)}, {"class", strings({"factor"})}}};
}

RValue frame(RValue::List columns, const std::vector<std::string>& names) {
  return {std::move(columns), {{"names", strings(names)}, {"class", strings({"data.frame"})}}};
}

template <typename Action>
std::string failure(const Action& action) {
  try {
    action();
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::bad_input);
    return error.what();
  }
}

TEST(Table, OfADataFrame) {
  const Table table = table_of(frame({{RValue::Reals{1.5, 2}, {}},
                                      {RValue::Integers{3, RValue::na}, {}},
                                      factor_value({2, RValue::na}, {"low", "high"}),
                                      {RValue::Strings{"b", "a"}, {}}},
                                     {"x", "n", "level", "word"}),
                               "t");
  EXPECT_EQ(table.rows(), 2U);
  EXPECT_EQ(table.column("x").numbers(), (Numbers{1.5, 2}));
  EXPECT_EQ(table.column("n").numbers()[0], 3);
  EXPECT_TRUE(std::isnan(table.column("n").numbers()[1]));
  EXPECT_EQ(table.column("level").factor().codes, (std::vector<int>{1, -1}));
  EXPECT_EQ(table.column("word").factor().levels, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(table.column("word").factor().codes, (std::vector<int>{1, 0}));
  EXPECT_TRUE(table.has("level"));
  EXPECT_FALSE(table.has("levels"));
  EXPECT_NE(failure([&] { (void)table.column("y"); }).find("it has: x, n, level, word"), std::string::npos);
  EXPECT_NE(failure([&] { (void)table.column("x").factor(); }).find("'x' is numeric"), std::string::npos);
  EXPECT_NE(failure([&] { (void)table.column("word").numbers(); }).find("'word' is a factor"),
            std::string::npos);
}

TEST(Table, OfAMatrixAndOfAVector) {
  RValue matrix{RValue::Integers{1, 2, 3, 4, 5, 6}, {{"dim", {RValue::Integers{2, 3}, {}}}}};
  Table table = table_of(matrix, "t");
  EXPECT_EQ(table.column("V3").numbers(), (Numbers{5, 6}));
  matrix.attributes.push_back({"dimnames", {RValue::List{{}, strings({"a", "b", "c"})}, {}}});
  table = table_of(matrix, "t");
  EXPECT_EQ(table.column("b").numbers(), (Numbers{3, 4}));
  EXPECT_EQ(table_of({RValue::Reals{1, 2}, {}}, "t").column("value").numbers(), (Numbers{1, 2}));
}

TEST(Table, RefusesWhatIsNone) {
  const auto refusal = [](const RValue& value) { return failure([&] { (void)table_of(value, "t"); }); };
  EXPECT_NE(refusal({}).find("neither numbers nor strings"), std::string::npos);
  EXPECT_NE(
      refusal(frame({{RValue::Reals{1}, {}}, {RValue::Reals{}, {}}}, {"a", "b"})).find("'b' has 0 rows"),
      std::string::npos);
  EXPECT_NE(refusal(frame({{RValue::Reals{1}, {}}}, {})).find("no names"), std::string::npos);
  EXPECT_NE(refusal(frame({factor_value({3}, {"a", "b"})}, {"f"})).find("level 3 of 2"), std::string::npos);
  EXPECT_NE(refusal({RValue::Reals{1, 2}, {{"dim", {RValue::Integers{3, 1}, {}}}}}).find("3 x 1"),
            std::string::npos);
  EXPECT_NE(
      refusal({RValue::Reals{}, {{"dim", {RValue::Integers{0, 2147483647}, {}}}}}).find("holds nothing"),
      std::string::npos);
  EXPECT_NE(refusal({RValue::Reals{1}, {{"dim", {RValue::Integers{1, 1, 1}, {}}}}}).find("3 dimensions"),
            std::string::npos);
}

TEST(Csv, TypesColumnsByTheirContents) {
  const Table table =
      parse_csv("x,\"a \"\"b\"\"\",n\r\n1.5,red, 3\r\n\r\n-2e3,\"blue, dark\",\n+4,NA,NA\n", "t.csv");
  EXPECT_EQ(table.rows(), 3U);
  EXPECT_EQ(table.column("x").numbers(), (Numbers{1.5, -2000, 4}));
  EXPECT_EQ(table.column("a \"b\"").factor().levels, (std::vector<std::string>{"blue, dark", "red"}));
  EXPECT_EQ(table.column("a \"b\"").factor().codes, (std::vector<int>{1, 0, -1}));
  EXPECT_EQ(table.column("n").numbers()[0], 3);
  EXPECT_TRUE(std::isnan(table.column("n").numbers()[1]));
}

TEST(Csv, OtherFormats) {
  const Table table = parse_csv("1;a\n2;b", "t.csv", {.separator = ';', .header = false});
  EXPECT_EQ(table.column("V1").numbers(), (Numbers{1, 2}));
  EXPECT_TRUE(table.column("V2").is_factor());
  EXPECT_EQ(parse_csv("", "t.csv").columns.size(), 0U);
  EXPECT_EQ(parse_csv("a,b\n", "t.csv").rows(), 0U);
  EXPECT_EQ(parse_csv("a,b\n,\n", "t.csv").rows(), 1U);
}

TEST(Csv, NamesTheBadLine) {
  const auto refusal = [](const char* text) { return failure([&] { (void)parse_csv(text, "t.csv"); }); };
  EXPECT_NE(refusal("a,b\n1,2\n1\n").find("t.csv:3: 1 fields; the rows before have 2"), std::string::npos);
  EXPECT_NE(refusal("a,b\n\"1\n2\",2,3\n").find("t.csv:2: 3 fields"), std::string::npos);
  EXPECT_NE(refusal("a\n\"1").find("t.csv:2: a quoted field is never closed"), std::string::npos);
  EXPECT_NE(refusal("a\n\"1\"2\n").find("t.csv:2: text after a closing quote"), std::string::npos);
}

TEST(Csv, RandomTextGivesATableOrAnError) {
  Rng rng(17);
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (std::uint64_t length = rng.below(60); length > 0; --length) text += "a1.,\"\n\r ;N"[rng.below(10)];
    (void)failure([&] { (void)parse_csv(text, "t.csv", {.separator = ',', .header = rng.bernoulli(0.5)}); });
  }
}

TEST(Dataset, TakesLabelsFromOneColumn) {
  const TemporaryFolder folder;
  write_atomic(folder.path() / "t.csv", "x,class,y\n1,b,2\n3,a,4\n");
  const tabular::Dataset data = read_dataset(folder.path() / "t.csv", "class");
  EXPECT_EQ(data.classes, 2);
  EXPECT_EQ(data.y, (std::vector<int>{1, 0}));
  EXPECT_EQ(data.x.values, (std::vector<double>{1, 2, 3, 4}));
  const auto refusal = [](const char* text) {
    return failure([&] { (void)dataset_of(parse_csv(text, "t"), "class"); });
  };
  EXPECT_NE(refusal("class,x\na,1\nb,\n").find("row 2 of column 'x' is missing"), std::string::npos);
  EXPECT_NE(refusal("class,x\na,1\n,2\n").find("labels are missing"), std::string::npos);
  EXPECT_NE(refusal("class,x\na,u\nb,v\n").find("'x' is a factor"), std::string::npos);
  EXPECT_NE(refusal("class,x\n1,1\n").find("'class' is numeric"), std::string::npos);
}

}  // namespace
}  // namespace mls::data
