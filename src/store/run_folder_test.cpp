#include "store/run_folder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <set>

#include "core/error.hpp"
#include "store/testing.hpp"

namespace mls::store {
namespace {

const Yardstick& yardstick() {
  static const Yardstick one = testing::small_yardstick();
  return one;
}

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(RunFolder, KeepsTheBytesAndTheEvents) {
  const TemporaryFolder home;
  const std::string source = "// ünï\r\nint x;\n";
  const RunFolder folder =
      RunFolder::create(home.path(), "small", "me", evaluate::method_from_source(source));
  EXPECT_EQ(read_file(folder.path() / "method.cpp"), source);
  folder.event("run", {{"seed", 3}});
  const Events events = load_events(folder.path());
  ASSERT_EQ(events.events.size(), 2U);
  EXPECT_EQ(events.events[0].at("event"), "created");
  EXPECT_EQ(events.events[1].at("seed"), 3);
}

TEST(RunFolder, IdsDifferAndSortByTime) {
  const TemporaryFolder home;
  std::set<std::string> ids;
  for (int i = 0; i < 50; ++i) {
    ids.insert(RunFolder::create(home.path(), "small", "me", evaluate::method_from_source("int x;")).id());
  }
  EXPECT_EQ(ids.size(), 50U);
  EXPECT_NE(ids.begin()->find("Z-small-"), std::string::npos);
}

TEST(RunFolder, ResultSurvivesTheRoundTrip) {
  const TemporaryFolder home;
  const auto id = testing::record(home.path(), yardstick(), "me", 1.5);
  const Result result = load_result(runs_folder(home.path()) / id);
  EXPECT_EQ(result.id, id);
  EXPECT_EQ(result.label, "me");
  const auto expected = score_of(yardstick(), testing::evaluation_of(yardstick(), 1.5)).score;
  ASSERT_TRUE(result.score);
  EXPECT_NEAR(testing::must(result.score).score, testing::must(expected).score, 1e-15);
  ASSERT_EQ(testing::must(result.score).settings.size(), 3U);
  EXPECT_TRUE(testing::must(result.score).settings[2].hidden);
  EXPECT_EQ(result.evaluation.runs.size(), 9U);
  EXPECT_EQ(result.evaluation.runs[4].metrics, testing::evaluation_of(yardstick(), 1.5).runs[4].metrics);
}

TEST(RunFolder, UnscoredResultSurvivesToo) {
  const TemporaryFolder home;
  Yardstick bare = testing::small_yardstick();
  bare.calibration.reset();
  const auto id = testing::record(home.path(), bare, "me", 1);
  EXPECT_FALSE(load_result(runs_folder(home.path()) / id).score);
}

TEST(RunFolder, BadResultsAreNamed) {
  const TemporaryFolder home;
  const auto id = testing::record(home.path(), yardstick(), "me", 1);
  const auto folder = runs_folder(home.path()) / id;
  const std::string whole = read_file(folder / "result.json");
  const auto with = [&](const std::string& bytes) {
    write_atomic(folder / "result.json", bytes);
    return error_of([&] { (void)load_result(folder); });
  };
  for (std::size_t cut = 0; cut + 2 < whole.size(); cut += 97) {
    EXPECT_NE(with(whole.substr(0, cut)).find("result.json: not the JSON of a result"), std::string::npos)
        << cut;
  }
  EXPECT_NE(with("[]").find("\"format\" is missing"), std::string::npos);
  EXPECT_NE(with("{\"format\": 99}").find("99"), std::string::npos);
  Json other = Json::parse(whole);
  other["id"] = "another";
  EXPECT_NE(with(other.dump()).find("\"another\""), std::string::npos);
  Json wrong = Json::parse(whole);
  wrong["label"] = 7;
  EXPECT_NE(with(wrong.dump()).find("\"label\" has the wrong type"), std::string::npos);
}

TEST(RunFolder, MetricsThatAreNoNumbersAreNamed) {
  const TemporaryFolder home;
  const auto folder = runs_folder(home.path()) / testing::record(home.path(), yardstick(), "me", 1);
  const Json whole = Json::parse(read_file(folder / "result.json"));
  // JSON has no NaN: writers leave null, or a text, or a number beyond doubles.
  for (const char* value : {"null", "\"NaN\"", "NaN", "1e999"}) {
    Json wrong = whole;
    wrong["evaluation"]["runs"][0]["metrics"]["error"] = "HERE";
    std::string text = wrong.dump();
    text.replace(text.find("\"HERE\""), 6, value);
    write_atomic(folder / "result.json", text);
    const std::string message = error_of([&] { (void)load_result(folder); });
    EXPECT_NE(message.find((folder / "result.json").string()), std::string::npos) << value << ": " << message;
    EXPECT_EQ(read_file(folder / "result.json"), text) << "left alone";
  }
}

TEST(RunFolder, ResultsThatAreNoFilesAreNamed) {
  const TemporaryFolder home;
  const auto folder = home.path() / "run";
  std::filesystem::create_directories(folder);
  const auto error = [&] { return error_of([&] { (void)load_result(folder); }); };
  EXPECT_NE(error().find("result.json"), std::string::npos);
  ASSERT_EQ(::mkfifo((folder / "result.json").c_str(), 0600), 0);
  EXPECT_NE(error().find("regular file"), std::string::npos);
  std::filesystem::remove(folder / "result.json");
  std::filesystem::create_symlink("/etc/passwd", folder / "result.json");
  EXPECT_NE(error().find("symbolic link"), std::string::npos);
  std::filesystem::remove(folder / "result.json");
  std::filesystem::create_directory(folder / "result.json");
  EXPECT_NE(error().find("result.json"), std::string::npos);
}

TEST(RunFolder, TornEventsAreCounted) {
  const TemporaryFolder home;
  const RunFolder folder =
      RunFolder::create(home.path(), "small", "me", evaluate::method_from_source("int x;"));
  const auto file = folder.path() / "events.jsonl";
  write_atomic(file, read_file(file) + "{\"time\": \"2026");
  folder.event("run");
  const Events events = load_events(folder.path());
  EXPECT_EQ(events.events.size(), 2U);
  EXPECT_EQ(events.unreadable, 1);
  EXPECT_TRUE(load_events(home.path()).events.empty());
}

TEST(RunFolder, Labels) {
  for (const char* good : {"me", "GPT 5 (high)", "Ångström", "7b", "名前"})
    EXPECT_NO_THROW(check_label(good)) << good;
  const std::string long_one(61, 'x');
  for (const std::string& bad :
       {std::string(), long_one, std::string("=1+1"), std::string("-x"), std::string("a\nb"),
        std::string("a\0b", 3), std::string("a\xff"), std::string("a\xc3"), std::string(" a")}) {
    EXPECT_THROW(check_label(bad), Error) << bad;
  }
  const TemporaryFolder home;
  EXPECT_THROW((void)RunFolder::create(home.path(), "small", "", evaluate::method_from_source("int x;")),
               Error);
}

}  // namespace
}  // namespace mls::store
