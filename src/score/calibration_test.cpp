#include "score/calibration.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>
#include <regex>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/rng.hpp"
#include "score/testing.hpp"

namespace mls::score {
namespace {

using testing::metrics_of;
using testing::small_calibration;
using testing::small_task;

// The message of the bad_input that `action` throws.
std::string complaint(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::bad_input);
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

void expect_words(const std::string& message, const std::vector<std::string>& words) {
  for (const auto& word : words)
    EXPECT_NE(message.find(word), std::string::npos) << word << " in: " << message;
}

TEST(AnchorsOf, AreTheWorstAndBestSeedMeansOfTransformedValues) {
  const auto task = small_task();
  const auto anchors = small_calibration(task).anchors;
  ASSERT_EQ(anchors.at("easy").size(), 2U);
  const TermAnchors& error = anchors.at("easy")[0];
  EXPECT_EQ(error.floor_baseline, "weak");
  EXPECT_EQ(error.reference_baseline, "strong");
  double floor = 0;
  double reference = 0;
  for (int seed = 0; seed < 3; ++seed) {
    floor -= std::log(metrics_of(0, seed).at("error")) / 3;
    reference -= std::log(metrics_of(2, seed).at("error")) / 3;
  }
  EXPECT_NEAR(error.anchors.floor, floor, 1e-12);
  EXPECT_NEAR(error.anchors.reference, reference, 1e-12);
  EXPECT_FALSE(error.anchors.bound);
  EXPECT_EQ(anchors.at("easy")[1].anchors.bound, 1.0);
}

TEST(AnchorsOf, NamesTheFirstOfEqualBaselines) {
  const auto task = small_task();
  auto baselines = small_calibration(task).baselines;
  baselines[2].settings = baselines[1].settings;
  EXPECT_EQ(anchors_of(task, baselines).at("plain")[0].reference_baseline, "middle");
}

TEST(AnchorsOf, ClipsBaselinesAtChance) {
  const auto task = small_task();
  auto baselines = small_calibration(task).baselines;
  for (auto& run : baselines[0].settings["far"]) run.metrics["error"] = 1e9;
  EXPECT_DOUBLE_EQ(anchors_of(task, baselines).at("far")[0].anchors.floor, -std::log(0.9));
}

TEST(AnchorsOf, ComplainsWhenNoTwoBaselinesDiffer) {
  const auto task = small_task();
  auto baselines = small_calibration(task).baselines;
  for (auto& baseline : baselines) baseline.settings["plain"] = baselines[0].settings["plain"];
  expect_words(complaint([&] { static_cast<void>(anchors_of(task, baselines)); }),
               {"small", "setting plain", "metric accuracy", "3 baselines", "same value"});
  expect_words(complaint([&] { static_cast<void>(anchors_of(task, {})); }), {"0 baselines"});
}

TEST(AnchorsOf, ComplainsWhenABoundIsNotBeyondTheReference) {
  auto task = small_task();
  const auto baselines = small_calibration(task).baselines;
  task.settings[0].terms[1].bound = 0.65;
  expect_words(complaint([&] { static_cast<void>(anchors_of(task, baselines)); }),
               {"setting easy", "metric accuracy", "bound 0.65", "strong", "log1m"});
  task.settings[0].terms[1].bound = std::numeric_limits<double>::infinity();
  expect_words(complaint([&] { static_cast<void>(anchors_of(task, baselines)); }),
               {"bound inf", "not finite"});
}

TEST(AnchorsOf, ComplainsAboutRunsThatAreMissingOrNotFinite) {
  const auto task = small_task();
  const auto good = small_calibration(task).baselines;
  auto baselines = good;
  baselines[1].settings.erase("far");
  expect_words(complaint([&] { static_cast<void>(anchors_of(task, baselines)); }),
               {"baseline middle", "setting far"});
  baselines = good;
  baselines[1].settings["far"][2].metrics.clear();
  expect_words(complaint([&] { static_cast<void>(anchors_of(task, baselines)); }),
               {"baseline middle", "setting far", "seed 2", "error is missing"});
  baselines = good;
  baselines[2].settings["easy"][1].metrics["error"] = std::numeric_limits<double>::quiet_NaN();
  expect_words(complaint([&] { static_cast<void>(anchors_of(task, baselines)); }),
               {"baseline strong", "setting easy", "seed 1", "error is nan"});
}

TEST(CalibrationFile, ReadsBackWhatWasWritten) {
  const TemporaryFolder folder;
  auto task = small_task();
  task.folder = folder.path();
  const auto calibration = small_calibration(task);
  save_calibration(task, calibration);
  EXPECT_EQ(load_calibration(task), calibration);
}

TEST(CalibrationFile, ReadsBackAnyDoubleExactly) {
  Rng rng(1);
  const auto task = small_task();
  auto calibration = small_calibration(task);
  for (int i = 0; i < 200; ++i) {
    for (auto& baseline : calibration.baselines) {
      for (auto& run : baseline.settings["easy"])
        run.metrics["accuracy"] = rng.uniform(-1e-3, 1) * std::pow(10, rng.uniform(-20, 0));
      for (auto& run : baseline.settings["far"]) run.metrics["error"] = std::exp(rng.normal(0, 50));
    }
    for (auto& run : calibration.baselines[0].settings["far"]) run.metrics["error"] = 0.8;
    for (auto& run : calibration.baselines[1].settings["far"]) run.metrics["error"] = 0.1;
    calibration.anchors = anchors_of(task, calibration.baselines);
    EXPECT_EQ(parse_calibration(task, to_text(calibration), "f"), calibration);
  }
}

TEST(CalibrationFile, IsStableAndReadsWell) {
  const auto task = small_task();
  const std::string text = to_text(small_calibration(task));
  EXPECT_EQ(text, to_text(small_calibration(task)));
  expect_words(
      text, {
                "{\n  \"format\": 1,\n  \"task\": \"small\",\n",
                "\n  \"versions\": {\n    \"clang\": \"19.1\",\n    \"eigen\": \"3.4\"\n  },\n",
                "\n        \"plain\": {\n          \"cpu_s\": [0.25, 0.25, 0.25],\n          \"runs\": [\n",
                "\n            {\"seed\": 0, \"metrics\": {\"accuracy\": 0.5, \"error\": 0.5}},\n",
                "\n      {\"metric\": \"accuracy\", \"floor\": 0.51, ",
            });
  EXPECT_EQ(text.back(), '\n');
}

TEST(CalibrationFile, RoundsCpuSecondsSoThatDiffsStayQuiet) {
  const auto task = small_task();
  auto calibration = small_calibration(task);
  calibration.baselines[0].settings["far"][0].cpu_s = 0.123456;
  calibration.baselines[0].settings["far"][1].cpu_s = 12.3456;
  const auto read = parse_calibration(task, to_text(calibration), "f");
  EXPECT_EQ(read.baselines[0].settings.at("far")[0].cpu_s, 0.12);
  EXPECT_EQ(read.baselines[0].settings.at("far")[1].cpu_s, 12);
  EXPECT_EQ(to_text(read), to_text(calibration));
}

TEST(CalibrationFile, IsLeftAloneWhenTheNewOneIsWrong) {
  const TemporaryFolder folder;
  auto task = small_task();
  task.folder = folder.path();
  const auto good = small_calibration(task);
  save_calibration(task, good);
  auto wrong = good;
  wrong.baselines[1].settings["far"][0].metrics["error"] = std::numeric_limits<double>::infinity();
  expect_words(complaint([&] { save_calibration(task, wrong); }),
               {"calibration.json", "baselines[1].settings.far.runs[0].metrics.error", "null", "finite"});
  wrong = good;
  wrong.anchors["far"][0].anchors.floor += 0.1;
  expect_words(complaint([&] { save_calibration(task, wrong); }), {"calibration.json", "anchors.far[0]"});
  EXPECT_EQ(load_calibration(task), good);
}

TEST(CalibrationFile, ThatIsMissingSaysWhatToRun) {
  auto task = small_task();
  task.folder = "/nowhere/small";
  expect_words(complaint([&] { static_cast<void>(load_calibration(task)); }),
               {"/nowhere/small/calibration.json", "mls calibrate small"});
}

// One wrong file: what a hand or an accident changed, and what the complaint must name.
struct Wrong {
  std::string name;
  std::function<void(Json&)> change;
  std::vector<std::string> words;
};

class WrongFile : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongFile, IsRefusedByFileAndField) {
  const auto task = small_task();
  Json json = to_json(small_calibration(task));
  GetParam().change(json);
  const std::string message = complaint(
      [&] { static_cast<void>(parse_calibration(task, json.dump(2), "tasks/x/calibration.json")); });
  expect_words(message, {"tasks/x/calibration.json", "mls calibrate small"});
  expect_words(message, GetParam().words);
}

Json& runs(Json& json, std::size_t baseline, const char* setting) {
  return json["baselines"][baseline]["settings"][setting]["runs"];
}

const std::vector<Wrong> wrongs{
    {"NoObject", [](Json& j) { j = Json::array(); }, {"whole file", "an object"}},
    {"OtherFormat", [](Json& j) { j["format"] = 2; }, {"format: found 2, expected 1"}},
    {"OtherTask", [](Json& j) { j["task"] = "large"; }, {"task: found \"large\"", "\"small\""}},
    {"BadTaskHash", [](Json& j) { j["task_sha256"] = "abc"; }, {"task_sha256", "64 lower-case"}},
    {"BadMethodHash",
     [](Json& j) { j["baselines"][1]["method_sha256"] = std::string(64, 'A'); },
     {"baselines[1].method_sha256", "64 lower-case"}},
    {"NoSeal", [](Json& j) { j.erase("seal"); }, {"no 'seal'"}},
    {"SealNoString", [](Json& j) { j["seal"] = 3; }, {"seal: found 3", "a string"}},
    {"UnknownKey", [](Json& j) { j["comment"] = "hi"; }, {"unknown field 'comment'"}},
    {"UnknownKeyDeepInside",
     [](Json& j) { runs(j, 0, "far")[1]["note"] = 1; },
     {"baselines[0].settings.far.runs[1]", "unknown field 'note'"}},
    {"VersionNoString", [](Json& j) { j["versions"]["clang"] = 19; }, {"versions.clang"}},
    {"NoBaselines", [](Json& j) { j.erase("baselines"); }, {"no 'baselines'"}},
    {"MissingBaseline",
     [](Json& j) { j["baselines"].erase(1); },
     {"baselines", "weak, strong", "weak, middle, strong"}},
    {"UnknownBaseline", [](Json& j) { j["baselines"][2]["id"] = "other"; }, {"weak, middle, other"}},
    {"BaselineTwice",
     [](Json& j) { j["baselines"].push_back(j["baselines"][0]); },
     {"weak, middle, strong, weak"}},
    {"BaselinesInOtherOrder",
     [](Json& j) { std::swap(j["baselines"][0], j["baselines"][1]); },
     {"middle, weak, strong"}},
    {"MissingSetting",
     [](Json& j) { j["baselines"][1]["settings"].erase("far"); },
     {"baselines[1].settings", "no 'far'"}},
    {"UnknownSetting",
     [](Json& j) { j["baselines"][1]["settings"]["near"] = 1; },
     {"baselines[1].settings", "unknown field 'near'"}},
    {"MissingSeed",
     [](Json& j) { runs(j, 1, "easy").erase(2); },
     {"baselines[1].settings.easy.runs", "2 entries", "3 seeds"}},
    {"OtherSeed",
     [](Json& j) { runs(j, 1, "easy")[2]["seed"] = 7; },
     {"baselines[1].settings.easy.runs[2].seed: found 7, expected 2"}},
    {"MissingCost",
     [](Json& j) { j["baselines"][0]["settings"]["easy"]["cpu_s"].erase(0); },
     {"baselines[0].settings.easy.cpu_s", "2 entries"}},
    {"NegativeCost",
     [](Json& j) { j["baselines"][0]["settings"]["easy"]["cpu_s"][1] = -1; },
     {"baselines[0].settings.easy.cpu_s[1]", ">= 0"}},
    {"MissingMetric",
     [](Json& j) { runs(j, 2, "plain")[0]["metrics"].erase("accuracy"); },
     {"baselines[2].settings.plain.runs[0].metrics", "no 'accuracy'"}},
    {"UnknownMetric",
     [](Json& j) { runs(j, 2, "plain")[0]["metrics"]["luck"] = 1; },
     {"baselines[2].settings.plain.runs[0].metrics", "unknown field 'luck'"}},
    {"NullMetric",
     [](Json& j) { runs(j, 2, "plain")[0]["metrics"]["accuracy"] = nullptr; },
     {"baselines[2].settings.plain.runs[0].metrics.accuracy", "found null", "finite"}},
    {"TextMetric",
     [](Json& j) { runs(j, 2, "plain")[0]["metrics"]["accuracy"] = "NaN"; },
     {"baselines[2].settings.plain.runs[0].metrics.accuracy", "finite"}},
    {"EditedRawValue",
     [](Json& j) { runs(j, 2, "plain")[0]["metrics"]["accuracy"] = 0.99; },
     {"anchors.plain[0]", "follows from the raw values"}},
    {"EditedFloor",
     [](Json& j) { j["anchors"]["easy"][0]["floor"] = -1.0; },
     {"anchors.easy[0]", "follows from the raw values"}},
    {"EditedByOneUnitInTheLastPlace",
     [](Json& j) {
       Json& floor = j["anchors"]["easy"][0]["floor"];
       floor = std::nextafter(floor.get<double>(), 1e9);
     },
     {"anchors.easy[0]", "follows from the raw values"}},
    {"EditedBound", [](Json& j) { j["anchors"]["easy"][1]["bound"] = 2.0; }, {"anchors.easy[1]"}},
    {"BoundOfAnUnboundedTerm",
     [](Json& j) { j["anchors"]["plain"][0]["bound"] = 2.0; },
     {"anchors.plain[0]"}},
    {"EditedReferenceBaseline",
     [](Json& j) { j["anchors"]["easy"][0]["reference_baseline"] = "weak"; },
     {"anchors.easy[0]"}},
    {"MissingAnchors", [](Json& j) { j["anchors"].erase("plain"); }, {"anchors", "no 'plain'"}},
    {"MissingTermAnchors", [](Json& j) { j["anchors"]["easy"].erase(0); }, {"anchors.easy", "1 terms"}},
};

INSTANTIATE_TEST_SUITE_P(Calibration, WrongFile, ::testing::ValuesIn(wrongs),
                         [](const auto& instance) { return instance.param.name; });

TEST(CalibrationFile, OfEqualBaselinesIsRefusedByName) {
  const auto task = small_task();
  Json json = to_json(small_calibration(task));
  for (const std::size_t baseline : {1, 2}) runs(json, baseline, "plain") = runs(json, 0, "plain");
  expect_words(complaint([&] { static_cast<void>(parse_calibration(task, json.dump(2), "f.json")); }),
               {"f.json", "setting plain", "same value"});
}

TEST(CalibrationFile, OfBytesThatWeWouldNotWriteIsRefusedByLine) {
  const auto task = small_task();
  const std::string text = to_text(small_calibration(task));
  const auto refused = [&](const std::string& found, const std::string& instead) {
    const std::string edited =
        std::regex_replace(text, std::regex(found), instead, std::regex_constants::format_first_only);
    EXPECT_NE(edited, text);
    return complaint([&] { static_cast<void>(parse_calibration(task, edited, "f.json")); });
  };
  expect_words(refused("\"format\": 1", "\"format\":  1"), {"f.json", "line 2"});
  expect_words(refused("\"seal\": \"public\"", "\"seal\": \"public\", \"seal\": \"public\""),
               {"f.json", "line 5"});
  expect_words(refused("0\\.25", "0.250"), {"f.json", "cpu_s"});
  expect_words(refused("\n$", ""), {"f.json"});
  expect_words(refused("\n$", "\n\n"), {"f.json"});
}

TEST(CalibrationFile, OfOverflowingNumbersIsRefused) {
  const auto task = small_task();
  const std::string edited =
      std::regex_replace(to_text(small_calibration(task)), std::regex("0\\.25"), "1e999");
  expect_words(complaint([&] { static_cast<void>(parse_calibration(task, edited, "f.json")); }),
               {"f.json", "1e999"});
}

TEST(CalibrationFile, CutAnywhereIsRefused) {
  const auto task = small_task();
  const std::string text = to_text(small_calibration(task));
  for (std::size_t size = 0; size < text.size(); size += 7) {
    expect_words(
        complaint([&] { static_cast<void>(parse_calibration(task, text.substr(0, size), "f.json")); }),
        {"f.json", "half-written"});
  }
}

TEST(CalibrationFile, WithAnyByteChangedIsRefusedOrStillConsistent) {
  Rng rng(3);
  const auto task = small_task();
  const std::string text = to_text(small_calibration(task));
  for (int i = 0; i < 2000; ++i) {
    std::string changed = text;
    changed[rng.below(changed.size())] = static_cast<char>(rng.below(256));
    try {
      const auto read = parse_calibration(task, changed, "f.json");
      EXPECT_EQ(to_text(read), changed);  // the byte lay in a hash, the seal, a version or a cost
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::bad_input);
    }
  }
}

TEST(CalibrationFile, NestedWithoutEndIsRefused) {
  const auto task = small_task();
  const std::string deep = "{\"format\": " + std::string(1000000, '[') + std::string(1000000, ']') + "}";
  expect_words(complaint([&] { static_cast<void>(parse_calibration(task, deep, "f.json")); }), {"f.json"});
}

TEST(CalibrationFile, OfATaskWithOtherTermsIsRefused) {
  auto task = small_task();
  const std::string text = to_text(small_calibration(task));
  task.settings[0].terms[0].transform = task::Transform::identity;
  expect_words(complaint([&] { static_cast<void>(parse_calibration(task, text, "f.json")); }),
               {"anchors.easy[0]"});
}

TEST(CalibrationFile, MustHoldTheMetricsOfExpectations) {
  auto task = small_task();
  task.metrics.push_back({"extra", task::Direction::lower, "", {}});
  task.expectations = {{"*", "extra", "strong", "weak", ""}};
  expect_words(complaint([&] {
                 static_cast<void>(parse_calibration(task, to_text(small_calibration(task)), "f.json"));
               }),
               {"no 'extra'"});
}

TEST(Stale, NamesWhatChanged) {
  const auto calibration = small_calibration(small_task());
  const std::string method(64, 'b');
  Present present{std::string(64, 'a'), "public", {{"weak", method}, {"middle", method}, {"strong", method}}};
  EXPECT_TRUE(stale_parts(calibration, present).empty());
  present = {"new", "private", {{"weak", method}, {"middle", "edited"}, {"fourth", method}}};
  const auto parts = stale_parts(calibration, present);
  ASSERT_EQ(parts.size(), 5U);
  expect_words(parts[0], {"task sources", "now new"});
  expect_words(parts[1], {"seal", "public", "private"});
  expect_words(parts[2], {"middle", "edited"});
  expect_words(parts[3], {"strong", "now none"});
  expect_words(parts[4], {"fourth", "calibrated with none"});
}

}  // namespace
}  // namespace mls::score
