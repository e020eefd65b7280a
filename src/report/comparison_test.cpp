#include "report/comparison.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/files.hpp"
#include "store/testing.hpp"

namespace mls::report {
namespace {

using store::testing::record;
using store::testing::small_yardstick;

class Comparisons : public ::testing::Test {
 protected:
  const store::Yardstick& task(const char* id) const { return *yardsticks_.find(id); }
  store::Snapshot look() { return store::snapshot(home_.path(), yardsticks_); }
  void submit(const char* id, const std::string& label, double quality) {
    record(home_.path(), task(id), label, quality);
  }
  TaskComparison on_one(std::string_view first, std::string_view second) {
    return compare_on(home_.path(), task("one"), look(), std::nullopt, first, second);
  }
  BoardComparison over(std::string_view first, std::string_view second) {
    return compare_over(board_of(yardsticks_, look()), first, second);
  }
  static std::string complaint(const std::function<void()>& action) {
    try {
      action();
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  TemporaryFolder home_;
  store::Yardsticks yardsticks_{{small_yardstick("one", "time-series"), small_yardstick("two", "time-series"),
                                 small_yardstick("three", "robotics")}};
};

TEST_F(Comparisons, OfASubmissionWithABaseline) {
  submit("one", "me", 2.5);
  const auto better = on_one("me", "strong");
  EXPECT_EQ(better.first.kind, RowKind::submission);
  EXPECT_EQ(better.second.kind, RowKind::baseline);
  EXPECT_EQ(better.paired.wins, 9);
  EXPECT_NEAR(better.paired.task.value, better.first.total.score - better.second.total.score, 1e-12);
  EXPECT_NE(text_of(better).find("me is better than strong"), std::string::npos) << text_of(better);
  EXPECT_NE(text_of(better).find("wins 9, ties 0, losses 0"), std::string::npos);
  EXPECT_NE(text_of(on_one("weak", "me")).find("me is better than weak"), std::string::npos);
  EXPECT_NE(text_of(on_one("me", "me")).find("do not tell them apart"), std::string::npos);
}

TEST_F(Comparisons, ALabelGoesBeforeABaselineUnlessItIsCalledOne) {
  submit("one", "strong", 1);
  EXPECT_EQ(on_one("strong", "weak").first.kind, RowKind::submission);
  EXPECT_EQ(on_one("baseline:strong", "weak").first.kind, RowKind::baseline);
  EXPECT_EQ(on_one("baseline:strong", "weak").second.kind, RowKind::start);
}

TEST_F(Comparisons, OverTheTasksThatBothHave) {
  for (const char* id : {"one", "two", "three"}) submit(id, "all", 2);
  submit("one", "some", 1);
  submit("three", "some", 2.5);
  const auto some = over("all", "some");
  ASSERT_EQ(some.tasks.size(), 2U);
  EXPECT_EQ(some.only_first, 1);
  EXPECT_EQ(some.total.wins, 1);
  EXPECT_EQ(some.total.losses, 1);
  EXPECT_TRUE(some.total.interval);
  EXPECT_NE(text_of(some).find("left out: 1 task that only all"), std::string::npos) << text_of(some);
  const auto human = over("all", "human SOTA");
  EXPECT_EQ(human.total.ties, 3);
  EXPECT_NEAR(human.total.difference, 0, 1e-9);
  const Json json = to_json(human);
  EXPECT_EQ(json.at("ties"), 3);
  EXPECT_EQ(json.at("interval").size(), 2U);
  EXPECT_EQ(json.at("tasks").size(), 3U);
}

TEST_F(Comparisons, WithoutACommonTaskThereIsNothingToSay) {
  submit("one", "a", 1);
  submit("two", "b", 1);
  EXPECT_NE(text_of(over("a", "b")).find("no task in common"), std::string::npos);
  EXPECT_TRUE(to_json(over("a", "b")).at("interval").is_null());
}

TEST_F(Comparisons, JsonOfATaskHasEverySetting) {
  submit("one", "me", 1.5);
  const Json json = to_json(on_one("me", "middle"));
  EXPECT_EQ(json.at("pairs"), "runs");
  ASSERT_EQ(json.at("settings").size(), 3U);
  EXPECT_EQ(json.at("settings")[2].at("hidden"), true);
  EXPECT_GT(json.at("settings")[2].at("difference").get<double>(), 0);
  EXPECT_NEAR(json.at("difference").get<double>(),
              json.at("first").at("score").get<double>() - json.at("second").at("score").get<double>(), 1e-9);
  EXPECT_LE(json.at("interval")[0].get<double>(), json.at("difference").get<double>());
}

TEST_F(Comparisons, NamesThatAreNobodysAreSaid) {
  submit("one", "memory", 1.5);
  EXPECT_NE(complaint([&] { (void)on_one("memoy", "weak"); }).find("memory"), std::string::npos);
  EXPECT_NE(complaint([&] { (void)on_one("baseline:memory", "weak"); }).find("baseline:memory"),
            std::string::npos);
  EXPECT_NE(complaint([&] { (void)over("human", "memory"); }).find("human SOTA"), std::string::npos);
  auto bare = task("one");
  bare.calibration.reset();
  bare.note = "one is not calibrated yet";
  EXPECT_NE(complaint([&] {
              (void)compare_on(home_.path(), bare, look(), std::nullopt, "memory", "weak");
            }).find("not calibrated yet"),
            std::string::npos);
}

TEST_F(Comparisons, AResultThatVanishedIsNamed) {
  submit("one", "me", 1.5);
  const auto seen = look();
  std::filesystem::remove_all(store::runs_folder(home_.path()));
  EXPECT_NE(complaint([&] {
              (void)compare_on(home_.path(), task("one"), seen, std::nullopt, "me", "weak");
            }).find("result.json"),
            std::string::npos);
}

}  // namespace
}  // namespace mls::report
