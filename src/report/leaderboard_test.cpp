#include "report/leaderboard.hpp"

#include <gtest/gtest.h>

#include "core/files.hpp"
#include "report/html.hpp"
#include "report/tasks.hpp"
#include "store/testing.hpp"

namespace mls::report {
namespace {

using store::testing::must;
using store::testing::record;
using store::testing::small_yardstick;

/// Three tasks: two in one area, one in another.
class Boards : public ::testing::Test {
 protected:
  const store::Yardstick& task(const char* id) const { return *yardsticks_.find(id); }
  store::Snapshot look() { return store::snapshot(home_.path(), yardsticks_); }
  void submit(const char* id, const std::string& label, double quality) {
    record(home_.path(), task(id), label, quality);
  }

  static const BoardRow& row(const Board& board, const std::string& name) {
    for (const auto& one : board.rows) {
      if (one.name == name) return one;
    }
    throw std::out_of_range(name);
  }

  TemporaryFolder home_;
  store::Yardsticks yardsticks_{{small_yardstick("one", "time-series"), small_yardstick("two", "time-series"),
                                 small_yardstick("three", "robotics")}};
};

TEST_F(Boards, HumanSotaIsTheBestBaselineOfEachTask) {
  const auto board = board_of(yardsticks_, look());
  EXPECT_EQ(board.areas, (std::vector<std::string>{"robotics", "time-series"}));
  const auto& human = row(board, "human SOTA");
  EXPECT_NEAR(must(human.overall).score, 0.5, 1e-9);
  EXPECT_EQ(human.covered, 3);
  EXPECT_FALSE(human.place);
  EXPECT_NEAR(must(row(board, "starting point").overall).score, 0, 1e-9);
}

TEST_F(Boards, OverallIsTheMeanOfAreasAndPartialRowsHaveNoPlace) {
  for (const char* id : {"one", "two", "three"}) submit(id, "whole", 1.5);
  submit("three", "partial", 3);
  submit("one", "two-thirds", 2);
  submit("two", "two-thirds", 0);
  const auto board = board_of(yardsticks_, look());
  EXPECT_EQ(row(board, "whole").place, 1);
  const auto& partial = row(board, "partial");
  EXPECT_FALSE(partial.place);
  EXPECT_EQ(partial.covered, 1);
  EXPECT_GT(must(partial.overall).score, 0.5);
  EXPECT_NEAR(must(partial.versus_human), must(partial.overall).score - 0.5, 1e-9);
  EXPECT_FALSE(partial.tasks[0]);
  EXPECT_FALSE(partial.areas[1]);
  EXPECT_NEAR(must(row(board, "two-thirds").overall).score, 0.25, 1e-9);
  // Complete rows first, whatever partial ones reach.
  EXPECT_EQ(board.rows.back().name, "partial");
  EXPECT_NE(text_of(board).find("1/3"), std::string::npos);
}

TEST_F(Boards, AreasCountTheSame) {
  submit("one", "me", 2);
  submit("two", "me", 2);
  submit("three", "me", 0);
  EXPECT_NEAR(must(row(board_of(yardsticks_, look()), "me").overall).score, 0.25, 1e-9);
}

TEST_F(Boards, TheLatestSubmissionCountsNotTheBest) {
  const auto older =
      store::RunFolder::create(home_.path(), "one", "me", evaluate::method_from_source("int x;"));
  auto result = store::testing::result_of(older, task("one"), "me", 2);
  older.finish(result);
  // Ids sort by time to the second: give the newer one a later name.
  const auto newer = store::runs_folder(home_.path()) / "99990101T000000Z-one-00000000";
  std::filesystem::create_directory(newer);
  result = store::testing::result_of(older, task("one"), "me", 1);
  result.id = newer.filename();
  write_atomic(newer / "result.json", store::to_json(result).dump());
  const auto board = task_board_of(task("one"), look());
  int rows = 0;
  for (const auto& one : board.rows) {
    if (one.kind != RowKind::submission) continue;
    ++rows;
    EXPECT_LT(one.total.score, 0.5);
    EXPECT_EQ(one.run, newer.filename());
  }
  EXPECT_EQ(rows, 1);
}

TEST_F(Boards, VanillaIsTheFirstAttemptElseTheStart) {
  const auto first = record(home_.path(), task("one"), "me", 0.5);
  // Ids sort by time to the second: give the newer one a later name.
  const auto folder =
      store::RunFolder::create(home_.path(), "one", "me", evaluate::method_from_source("int x;"));
  const auto newer = store::runs_folder(home_.path()) / "99990101T000000Z-one-00000000";
  auto result = store::testing::result_of(folder, task("one"), "me", 1.5);
  std::filesystem::create_directory(newer);
  result.id = newer.filename();
  write_atomic(newer / "result.json", store::to_json(result).dump());
  submit("two", "me", 1);
  for (const auto& one : task_board_of(task("one"), look()).rows) {
    if (one.name != "me") continue;
    EXPECT_EQ(one.first_run, first);
    EXPECT_LT(must(one.vanilla).score, one.total.score);
    EXPECT_GT(must(one.vanilla).score, 0);
  }
  const auto board = board_of(yardsticks_, look());
  const auto& mine = row(board, "me");
  EXPECT_EQ(mine.first_attempts, 1);
  EXPECT_FALSE(mine.vanilla_areas[0]) << "robotics was not evaluated";
  EXPECT_GT(must(mine.vanilla).score, 0);
  EXPECT_LT(must(mine.vanilla).score, must(mine.overall).score);
  EXPECT_FALSE(row(board, "human SOTA").vanilla);
  EXPECT_NEAR(must(row(board_of(yardsticks_, {}), "starting point").overall).score, 0, 1e-9);
}

TEST_F(Boards, VanillaIsTheFirstTestOfTheTrialThatSubmitted) {
  const auto first = record(home_.path(), task("one"), "me", 0.5);
  submit("two", "me", 1);
  auto snapshot = look();
  for (auto& entry : snapshot.entries) {
    if (entry.id == first) entry.vanilla = score::Estimate{0.125, 0.5};
  }
  for (const auto& one : task_board_of(task("one"), snapshot).rows) {
    EXPECT_EQ(one.first_run, "");
    if (one.name == "me") {
      EXPECT_EQ(must(one.vanilla).score, 0.125);
    }
  }
  const auto board = board_of(yardsticks_, snapshot);
  const auto& mine = row(board, "me");
  EXPECT_EQ(mine.first_attempts, 1);
  EXPECT_NEAR(must(mine.vanilla).score, 0.125 / 2, 1e-12) << "of \"two\" it is the start's, 0";
}

TEST_F(Boards, TheGapIsHiddenMinusVisible) {
  const auto folder =
      store::RunFolder::create(home_.path(), "one", "tuned", evaluate::method_from_source("int x;"));
  auto result = store::testing::result_of(folder, task("one"), "tuned", 2);
  for (auto& run : result.evaluation.runs) {
    if (run.setting == "far") run.metrics = score::testing::metrics_of(0.5, run.seed);
  }
  result.score = store::score_of(task("one"), result.evaluation).score;
  folder.finish(result);
  submit("one", "even", 2);
  std::map<std::string, TaskRow> rows;
  for (const auto& one : task_board_of(task("one"), look()).rows) rows[one.name] = one;
  const Gap tuned = must(rows["tuned"].gap);
  EXPECT_NEAR(tuned.visible.score, 0.5, 1e-9);
  EXPECT_LT(tuned.hidden.score, 0.4);
  EXPECT_NEAR(tuned.difference().score, tuned.hidden.score - 0.5, 1e-9);
  EXPECT_GT(tuned.difference().standard_error, 0);
  EXPECT_NEAR(must(rows["even"].gap).difference().score, 0, 1e-9);
  EXPECT_NEAR(must(rows["strong"].gap).difference().score, 0, 1e-9);
  const auto board = board_of(yardsticks_, look());
  EXPECT_NEAR(must(row(board, "tuned").gap).difference().score, tuned.difference().score, 1e-9);
  EXPECT_NE(text_of(board).find("gap"), std::string::npos);
  const Json json = to_json(board);
  for (const auto& one : json) EXPECT_TRUE(one.contains("gap") && one.contains("vanilla"));
}

TEST_F(Boards, PlacesOnATaskCountBaselinesAndTiesShare) {
  submit("one", "a", 2);
  submit("one", "b", 0);
  const auto board = task_board_of(task("one"), look());
  std::map<std::string, int> places;
  for (const auto& one : board.rows) places[one.name] = one.place;
  EXPECT_EQ(places["a"], places["strong"]);
  EXPECT_EQ(places["b"], places["weak"]);
  EXPECT_EQ(places["middle"], 3);
  EXPECT_EQ(board.settings[2].hidden, true);
}

TEST_F(Boards, WhatDoesNotCompareIsNotedNotRanked) {
  submit("one", "me", 1);
  auto changed = small_yardstick("one", "time-series");
  changed.task_sha256 = std::string(64, 'e');
  changed.calibration->task_sha256 = changed.task_sha256;
  const store::Yardsticks now({changed});
  const auto board = board_of(now, store::snapshot(home_.path(), now));
  EXPECT_EQ(board.rows.size(), 2U);
  ASSERT_FALSE(board.notes.empty());
  EXPECT_NE(board.notes[0].find("1 submission to an earlier version"), std::string::npos);
}

TEST_F(Boards, SealsAreNotMixed) {
  const auto folder =
      store::RunFolder::create(home_.path(), "one", "sealed", evaluate::method_from_source("int x;"));
  auto result = store::testing::result_of(folder, task("one"), "sealed", 1);
  result.evaluation.seal = "0123456789abcdef";
  folder.finish(result);
  EXPECT_EQ(task_board_of(task("one"), look()).rows.size(), 3U);
  // Never beside anchors of another seal, asked for or not.
  EXPECT_EQ(task_board_of(task("one"), look(), "0123456789abcdef").rows.size(), 3U);
  auto sealed = task("one");
  sealed.calibration->seal = "0123456789abcdef";
  const store::Yardsticks own({sealed});
  EXPECT_EQ(task_board_of(sealed, store::snapshot(home_.path(), own), "0123456789abcdef").rows.size(), 4U);
}

TEST_F(Boards, UncalibratedTasksAreNoted) {
  auto bare = small_yardstick("bare");
  bare.calibration.reset();
  bare.note = "bare is not calibrated yet";
  const store::Yardsticks now({bare});
  const auto board = board_of(now, {});
  EXPECT_TRUE(board.rows.empty());
  EXPECT_NE(text_of(board).find("bare is not calibrated yet"), std::string::npos);
  EXPECT_NE(html_report(home_.path(), now, {}).find("bare is not calibrated yet"), std::string::npos);
}

TEST_F(Boards, JsonAndCsv) {
  submit("one", "a, \"b\"", 2);
  const Json json = to_json(board_of(yardsticks_, look()));
  ASSERT_EQ(json.size(), 3U);
  for (const auto& one : json) {
    if (one.at("kind") != "submission") continue;
    EXPECT_TRUE(one.at("place").is_null());
    EXPECT_NEAR(one.at("tasks").at("one").at("score").get<double>(), 50, 1e-6);
    EXPECT_TRUE(one.at("tasks").at("three").is_null());
    EXPECT_EQ(one.at("tasks_covered"), 1);
  }
  EXPECT_NE(csv_of(board_of(yardsticks_, look())).find("\"a, \"\"b\"\"\",submission,50.0000"),
            std::string::npos);
  const Json task_json = to_json(task_board_of(task("one"), look()));
  ASSERT_EQ(task_json.size(), 4U);
  EXPECT_EQ(task_json[0].at("task"), "one");
  ASSERT_EQ(task_json[0].at("settings").size(), 3U);
  EXPECT_EQ(task_json[0].at("settings")[2].at("hidden"), true);
  EXPECT_NE(csv_of(task_board_of(task("one"), look())).find("far,far se"), std::string::npos);
}

TEST_F(Boards, TheReportIsOneSafeFile) {
  submit("one", "me <script>alert(1)</script>", 1.5);
  submit("three", "other & sons", 0.5);
  const std::string html = html_report(home_.path(), yardsticks_, look());
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_NE(html.find("me &lt;script&gt;"), std::string::npos);
  EXPECT_NE(html.find("other &amp; sons"), std::string::npos);
  for (const char* outside : {"http://", "https://", "src=", "@import", "url("})
    EXPECT_EQ(html.find(outside), std::string::npos) << outside;
  EXPECT_NE(html.find("◆ hidden"), std::string::npos);
  EXPECT_NE(html.find("prefers-color-scheme: dark"), std::string::npos);
  EXPECT_NE(html.find("@media print"), std::string::npos);
  EXPECT_EQ(html.find("nan"), std::string::npos);
}

TEST_F(Boards, TheReportOutlivesVanishedResults) {
  submit("one", "me", 1.5);
  const auto seen = look();
  std::filesystem::remove_all(store::runs_folder(home_.path()));
  EXPECT_NE(html_report(home_.path(), yardsticks_, seen).find(">me<"), std::string::npos);
}

TEST_F(Boards, TasksKeepTheContract) {
  const Json json = tasks_json({task("one").task});
  ASSERT_EQ(json.size(), 1U);
  for (const char* name : {"id", "area", "title", "protocol", "tier", "lite", "settings", "baselines"}) {
    EXPECT_TRUE(json[0].contains(name)) << name;
  }
  EXPECT_EQ(json[0].at("settings")[2], (Json{{"id", "far"}, {"hidden", true}}));
  EXPECT_EQ(json[0].at("baselines")[0], "weak");
  EXPECT_NE(task_text(task("one")).find("strong"), std::string::npos);
  EXPECT_NEAR(task_json(task("one")).at("baselines")[2].at("score").get<double>(), 50, 1e-6);
}

}  // namespace
}  // namespace mls::report
