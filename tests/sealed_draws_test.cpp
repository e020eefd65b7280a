// Private seal keys: other draws, other anchors, never mixed with those of another key, and the key itself
// stays where it is.
#include <gtest/gtest.h>

#include <string>

#include "core/files.hpp"
#include "core/json.hpp"
#include "core/locations.hpp"
#include "core/subprocess.hpp"
#include "evaluate/evaluate.hpp"
#include "score/calibration.hpp"
#include "store/scoring.hpp"
#include "task/task.hpp"

namespace mls {
namespace {

namespace fs = std::filesystem;

constexpr const char* key_a = "a key that nobody may see: 0c1f5a7e";
constexpr const char* key_b = "another one of those: 93b6e2d4";

/// Files below `folder` that hold `text`.
std::vector<fs::path> files_with(const fs::path& folder, const std::string& text) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && read_file(entry.path()).find(text) != std::string::npos)
      found.push_back(entry.path());
  }
  return found;
}

class SealedDraws : public testing::Test {
 protected:
  SealedDraws() {
    // Methods are compiled once for all tests.
    fs::create_directories(evaluate::default_places().home / "compile");
    fs::create_directory_symlink(evaluate::default_places().home / "compile", home_.path() / "compile");
    places_.home = home_.path();
    write_atomic(key_file("a"), key_a);
    write_atomic(key_file("b"), key_b);
    // Small enough to calibrate twice within seconds.
    task_.seeds = 1;
    std::erase_if(task_.settings, [](const auto& setting) {
      return setting.id != "stochastic" && setting.id != "contextual";
    });
    std::erase_if(task_.baselines,
                  [](const auto& baseline) { return baseline.id != "ucb1" && baseline.id != "imed"; });
    task_.expectations.clear();
    task_.limits.reference.clear();
  }

  [[nodiscard]] fs::path key_file(const std::string& name) const { return keys_.path() / (name + ".key"); }
  [[nodiscard]] evaluate::Options options(const std::string& key) const {
    evaluate::Options options;
    if (!key.empty()) options.seal = evaluate::load_seal(key_file(key));
    return options;
  }
  [[nodiscard]] score::Calibration calibrated(const std::string& key) const {
    return evaluate::calibrate(places_, task_, options(key), {});
  }
  [[nodiscard]] evaluate::Evaluation evaluated(const std::string& key) const {
    return evaluate::evaluate(places_, task_, evaluate::load_method(task_.folder / "method.cpp"),
                              options(key), {});
  }
  [[nodiscard]] store::Yardstick yardstick(const std::string& key) const {
    return store::yardstick_of(places_.root, places_.home, task_, options(key).seal.id);
  }

  TemporaryFolder home_;
  TemporaryFolder keys_;
  evaluate::Places places_ = evaluate::default_places();
  task::Task task_ = task::find(places_.root, "optimization-online-bandit");
};

TEST_F(SealedDraws, KeysHavePublicIdsThatTellNothing) {
  const auto a = options("a").seal;
  const auto b = options("b").seal;
  EXPECT_NE(a.id, b.id);
  for (const auto& seal : {a, b}) {
    EXPECT_EQ(seal.id.size(), 16U);
    EXPECT_EQ(seal.id.find_first_not_of("0123456789abcdef"), std::string::npos);
  }
  write_atomic(key_file("short"), "too short");
  EXPECT_ANY_THROW((void)options("short"));
}

TEST_F(SealedDraws, DrawsDifferAndAreNeverScoredWithAnotherKeysAnchors) {
  const fs::path committed = task_.folder / "calibration.json";
  const std::string before = read_file(committed);
  const auto open = evaluated("");
  const auto a = evaluated("a");
  const auto b = evaluated("b");
  for (std::size_t i = 0; i < a.runs.size(); ++i) {
    ASSERT_EQ(a.runs[i].status, evaluate::Status::ok) << a.runs[i].message;
    EXPECT_NE(a.runs[i].metrics, b.runs[i].metrics);
    EXPECT_NE(a.runs[i].metrics, open.runs[i].metrics);
    EXPECT_FALSE(b.runs[i].cached);
  }
  evaluate::Options again = options("a");
  again.fresh = true;
  const auto same =
      evaluate::evaluate(places_, task_, evaluate::load_method(task_.folder / "method.cpp"), again, {});
  for (std::size_t i = 0; i < a.runs.size(); ++i) EXPECT_EQ(same.runs[i].metrics, a.runs[i].metrics);

  EXPECT_FALSE(yardstick("a").calibration);
  EXPECT_NE(store::score_of(yardstick("a"), a)
                .note.find("mls calibrate optimization-online-bandit --seal-key FILE"),
            std::string::npos);

  for (const char* key : {"a", "b"}) {
    const auto calibration = calibrated(key);
    score::save_calibration(task_, calibration,
                            store::calibration_file(places_.home, task_, calibration.seal));
  }
  EXPECT_NE(yardstick("a").calibration->anchors, yardstick("b").calibration->anchors);
  EXPECT_TRUE(store::score_of(yardstick("a"), a).score);
  EXPECT_TRUE(store::score_of(yardstick("b"), b).score);
  for (const auto& wrong : {store::score_of(yardstick("a"), b), store::score_of(yardstick("b"), a),
                            store::score_of(yardstick("a"), open)}) {
    EXPECT_FALSE(wrong.score);
    EXPECT_NE(wrong.note.find("never mixed"), std::string::npos) << wrong.note;
  }

  // Calibrations of another version of the task do not count either.
  task_.limits.cpu_s += 1;
  EXPECT_FALSE(yardstick("a").calibration);
  EXPECT_NE(store::score_of(yardstick("a"), a).note.find("another version"), std::string::npos);

  EXPECT_EQ(read_file(committed), before);
  for (const char* key : {key_a, key_b}) EXPECT_TRUE(files_with(home_.path(), key).empty());
}

TEST_F(SealedDraws, TheProgramSaysWhatToRun) {
  const Finished finished = run_command(
      {.argv = {(places_.build / "bin" / "mls").string(), "eval", "optimization-online-bandit", "--method",
                "baseline:ucb1", "--settings", "contextual", "--seeds", "1", "--json", "--seal-key",
                key_file("a").string()},
       .folder = {},
       .environment = {{"MLS_HOME", home_.path().string()}, {"MLS_ROOT", places_.root.string()}}});
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  const Json json = Json::parse(finished.out);
  EXPECT_EQ(json.at("seal"), options("a").seal.id);
  EXPECT_TRUE(json.at("score").is_null());
  EXPECT_NE(
      json.at("note").get<std::string>().find("mls calibrate optimization-online-bandit --seal-key FILE"),
      std::string::npos);
  EXPECT_GT(json.at("settings").at(0).at("limits").at("cpu_s").get<double>(), 0);
  EXPECT_EQ((finished.out + finished.err).find(key_a), std::string::npos);
  EXPECT_TRUE(files_with(home_.path(), key_a).empty());
}

}  // namespace
}  // namespace mls
