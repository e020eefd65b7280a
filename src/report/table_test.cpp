#include "report/table.hpp"

#include <gtest/gtest.h>

#include "report/format.hpp"

namespace mls::report {
namespace {

TEST(Table, LinesUpByCharacters) {
  Table table({{"name", Align::left}, {"score"}});
  table.row({"Ångström", "1"});
  table.rule();
  table.row({"b"});
  EXPECT_EQ(table.text(), "name      score\n───────────────\nÅngström      1\n───────────────\nb\n");
  EXPECT_THROW(table.row({"1", "2", "3"}), std::logic_error);
}

TEST(Csv, QuotesWhatNeedsIt) {
  EXPECT_EQ(csv_line({"a", "b,c", "say \"x\"", "", "l\n"}), "a,\"b,c\",\"say \"\"x\"\"\",,\"l\n\"\r\n");
  EXPECT_EQ(csv_line({"", ""}), ",\r\n");
}

TEST(Format, Numbers) {
  EXPECT_EQ(score_text(0.4694), "46.9");
  EXPECT_EQ(score_text(std::nullopt), "–");
  EXPECT_EQ(score_text(0.4694, 0.012), "46.9 ± 1.2");
  EXPECT_EQ(difference_text(-0.0312), "−3.1");
  EXPECT_EQ(difference_text(0.0312), "+3.1");
  EXPECT_EQ(difference_text(0.0001), "0.0");
  EXPECT_EQ(metric_text(285.12), "285.1");
  EXPECT_EQ(metric_text(0.0204), "0.02040");
  EXPECT_EQ(metric_text(1.3117e-9), "1.312e-09");
  EXPECT_EQ(metric_text(0), "0");
  EXPECT_EQ(metric_text(-12345.6), "-12346");
  EXPECT_EQ(duration_text(0.421), "0.42 s");
  EXPECT_EQ(duration_text(12.34), "12.3 s");
  EXPECT_EQ(duration_text(245), "4 min 05 s");
  EXPECT_EQ(duration_text(7800), "2 h 10 min");
  EXPECT_EQ(bytes_text(11e6), "11.0 MB");
  EXPECT_EQ(bytes_text(12), "12 B");
  EXPECT_EQ(count_text(1, "run"), "1 run");
  EXPECT_EQ(count_text(0, "run"), "0 runs");
}

TEST(Format, MeanAndError) {
  const auto [mean, error] = mean_and_error({1, 2, 3});
  EXPECT_DOUBLE_EQ(mean, 2);
  EXPECT_NEAR(error, std::sqrt(1.0 / 3), 1e-12);
  EXPECT_EQ(mean_and_error({5}).error, 0);
  EXPECT_EQ(mean_and_error({}).mean, 0);
}

}  // namespace
}  // namespace mls::report
