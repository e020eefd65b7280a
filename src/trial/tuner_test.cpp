#include "trial/tuner.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/cpp_lexer.hpp"
#include "core/error.hpp"

namespace mls::trial {
namespace {

constexpr const char* source = R"(#include "surface.hpp"
constexpr double rate = 0.1;  // 0.1
constexpr int rounds = 4;
double f(double x) { return 0.25 * x + a[3]; }
int g() { return 8; }
)";

/// The tunable numbers of a source, in order.
std::vector<double> numbers_in(const std::string& text) {
  std::vector<double> numbers;
  for (const Literal& literal : tunable_literals(text)) numbers.push_back(literal.value);
  return numbers;
}

/// Everything but the numbers.
std::string skeleton(std::string_view text) {
  std::string result;
  for (const Token& token : lex(text))
    result.append(token.kind == TokenKind::number ? "#" : token.text).append(" ");
  return result;
}

/// A task whose scores are a function of the source.
class PlayDesk final : public Desk {
 public:
  using Score = std::function<TestReport(const std::string& source)>;

  PlayDesk(int tests, Score score) : left_(tests), score_(std::move(score)) {
    brief_.task = "play";
    for (const auto& [id, visible] :
         {std::pair{"start", 0.0}, {"worse", 0.3}, {"best", 0.5}, {"as_good", 0.5}}) {
      score::TaskScore scores;
      scores.score = visible;
      brief_.baselines.push_back(
          {id, id, std::string(id) == "start", std::string(source) + "// " + id, scores});
    }
  }

  [[nodiscard]] const Brief& brief() const override { return brief_; }
  Brief& change() { return brief_; }
  [[nodiscard]] int tests_left() const override { return left_; }
  TestReport test(const std::string& tested, const Json&) override {
    EXPECT_GT(left_--, 0);
    sources.push_back(tested);
    return score_(tested);
  }

  void submit(const std::string& chosen) override { submitted = chosen; }

  std::vector<std::string> sources;
  std::string submitted;

 private:
  Brief brief_;
  int left_;
  Score score_;
};

TestReport scoring(double score) {
  TestReport report;
  report.score = score;
  return report;
}

TestReport broken() {
  TestReport report = scoring(0);
  report.status = evaluate::Status::compile_error;
  return report;
}

/// Best at rate = 0.4 and rounds = 6.
TestReport hill(const std::string& tested) {
  const auto numbers = numbers_in(tested);
  const double miss = std::abs(std::log(numbers.at(0) / 0.4)) + std::abs(std::log(numbers.at(1) / 6));
  return scoring(std::exp(-miss));
}

TEST(Tuner, StartsFromTheFirstOfTheBestVisibleBaselines) {
  PlayDesk desk(1, hill);
  TunerAgent({.tests = 1}).run(desk);
  const std::string submitted = desk.submitted;
  EXPECT_TRUE(submitted.ends_with("// best"));
  EXPECT_EQ(desk.sources, std::vector{submitted});
}

TEST(Tuner, ClimbsAndSubmitsTheBestThatItTested) {
  PlayDesk desk(40, hill);
  TunerAgent({.seed = 1, .tests = 40}).run(desk);
  const std::string submitted = desk.submitted;
  EXPECT_EQ(desk.sources.size(), 40U);
  double best = 0;
  for (const auto& tested : desk.sources) best = std::max(best, *hill(tested).score);
  EXPECT_EQ(*hill(submitted).score, best);
  EXPECT_GT(best, 0.9);
  EXPECT_LT(*hill(desk.sources[0]).score, 0.2);
}

TEST(Tuner, ChangesNumbersAloneAndTestsNothingTwice) {
  PlayDesk desk(40, hill);
  TunerAgent({.seed = 2, .tests = 40}).run(desk);
  std::set<std::string> seen;
  for (const auto& tested : desk.sources) {
    EXPECT_EQ(skeleton(tested), skeleton(desk.sources[0]));
    EXPECT_NE(tested.find("a[3]"), std::string::npos);
    EXPECT_TRUE(seen.insert(tested).second);
  }
}

TEST(Tuner, TriesNamedConstantsFirst) {
  PlayDesk desk(5, [](const std::string&) { return scoring(0.1); });
  TunerAgent({.tests = 5}).run(desk);
  for (const auto& tested : desk.sources) {
    EXPECT_NE(tested.find("0.25 * x"), std::string::npos) << tested;
    EXPECT_NE(tested.find("return 8;"), std::string::npos) << tested;
  }
}

TEST(Tuner, IsDecidedByItsSeed) {
  const auto tested_with = [](std::uint64_t seed) {
    PlayDesk desk(20, hill);
    TunerAgent({.seed = seed, .tests = 20}).run(desk);
    return desk.sources;
  };
  EXPECT_EQ(tested_with(3), tested_with(3));
  std::set<std::vector<std::string>> orders;
  for (std::uint64_t seed = 0; seed < 8; ++seed) orders.insert(tested_with(seed));
  EXPECT_GT(orders.size(), 1U);
}

TEST(Tuner, ALiteralThatDoesNotCompileCostsOneTestAndIsLeftAlone) {
  int failures = 0;
  PlayDesk desk(20, [&](const std::string& tested) {
    if (numbers_in(tested).at(1) == 4) return hill(tested);
    ++failures;
    return broken();
  });
  TunerAgent({.tests = 20}).run(desk);
  const std::string submitted = desk.submitted;
  EXPECT_EQ(failures, 1);
  EXPECT_EQ(desk.sources.size(), 20U);
  EXPECT_EQ(numbers_in(submitted).at(1), 4);
}

TEST(Tuner, AFailedStartCanBeImprovedAndAFailedRestIsNotKept) {
  PlayDesk desk(3, [](const std::string&) { return broken(); });
  TunerAgent({.tests = 3}).run(desk);
  EXPECT_EQ(desk.submitted, desk.sources[0]);
}

TEST(Tuner, StopsWhenThereIsNothingToTune) {
  PlayDesk desk(10, [](const std::string&) { return scoring(0.5); });
  for (auto& baseline : desk.change().baselines) baseline.source = "int f() { return 0; }";
  TunerAgent({.tests = 10}).run(desk);
  EXPECT_EQ(desk.submitted, "int f() { return 0; }");
  EXPECT_EQ(desk.sources.size(), 1U);
}

TEST(Tuner, EndsWhenEverySmallStepIsTried) {
  PlayDesk desk(1000,
                [](const std::string& tested) { return scoring(numbers_in(tested).at(0) == 0.1 ? 1 : 0); });
  for (auto& baseline : desk.change().baselines) baseline.source = "constexpr double x = 0.1;";
  TunerAgent({.tests = 1000}).run(desk);
  EXPECT_LT(desk.sources.size(), 20U);
}

TEST(Tuner, ANumberThatBecomesOneIsStillAKnob) {
  // As a plain integer 1 counts as structure; what came from tuning does not, and the rest must not shift.
  NumberSearch search("int f() { return 2 + g(0.5, 3); }", Rng(1));
  std::set<std::string> proposed;
  while (const auto proposal = search.next()) {
    proposed.insert(proposal->source);
    EXPECT_EQ(skeleton(proposal->source), skeleton("int f() { return 2 + g(0.5, 3); }"));
    search.judge(NumberSearch::Verdict::better);
    if (proposed.size() == 60) break;
  }
  EXPECT_GT(proposed.size(), 20U);
}

TEST(Tuner, NeedsScores) {
  PlayDesk desk(10, hill);
  for (auto& baseline : desk.change().baselines) baseline.visible.reset();
  desk.change().note = "run `mls calibrate play`";
  try {
    TunerAgent({}).run(desk);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), 2);
    EXPECT_NE(std::string(error.what()).find("mls calibrate play"), std::string::npos);
  }
}

AgentOptions options(std::uint64_t seed, std::optional<int> tests = {},
                     std::optional<std::string> tier = {}) {
  return {seed, tests, std::move(tier), {}, false};
}

TEST(Agents, ATierBoundsTheTuner) {
  const auto tuner = make_agent("tuner", options(4, {}, "lite"));
  EXPECT_EQ(tuner->settings().dump(), R"({"seed":4,"tests":1,"tier":"lite"})");
  EXPECT_EQ(tuner->budget().actions, 8);
  EXPECT_EQ(make_agent("tuner", options(4, {}, "explore"))->budget().tests, 20);
  EXPECT_THROW((void)make_agent("tuner", options(4, 5, "full")), Error);
  EXPECT_THROW((void)make_agent("tuner", options(4, 5, "fall")), Error);
  EXPECT_THROW((void)make_agent("start", options(0, {}, "full")), Error);
}

TEST(Agents, AreMadeByName) {
  EXPECT_EQ(make_agent("tuner", options(4, 7))->settings().dump(), R"({"seed":4,"tests":7})");
  EXPECT_EQ(make_agent("tuner", {})->budget().tests, 20);
  EXPECT_EQ(make_agent("start", options(4))->settings().dump(), "{}");
  EXPECT_THROW((void)make_agent("start", options(0, 1)), Error);
  try {
    (void)make_agent("tunr", {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean \"tuner\""), std::string::npos) << error.what();
  }
}

TEST(Agents, StartSubmitsTheStartWithoutATest) {
  PlayDesk desk(0, hill);
  make_agent("start", {})->run(desk);
  EXPECT_TRUE(desk.submitted.ends_with("// start"));
  EXPECT_TRUE(desk.sources.empty());
}

TEST(Agents, ReportsAreReadBackAsTheyWereWritten) {
  TestReport report = scoring(1.0 / 3);
  report.method_sha256 = "abc";
  report.status = evaluate::Status::timeout;
  report.message = "20 s \"used\" up";
  report.settings = {{"a", 0.1}, {"b", 1}};
  report.metrics = {{"a", {{"regret", 0.5}}}, {"b", {}}};
  report.details = "more\nlines";
  const auto again = test_report_from_json(parse_json(to_json(report).dump()));
  EXPECT_EQ(again.method_sha256, report.method_sha256);
  EXPECT_EQ(again.status, report.status);
  EXPECT_EQ(again.message, report.message);
  EXPECT_EQ(again.score, report.score);
  EXPECT_EQ(again.settings, report.settings);
  EXPECT_EQ(again.metrics, report.metrics);
  EXPECT_EQ(again.details, report.details);
  report.score.reset();
  EXPECT_EQ(test_report_from_json(to_json(report)).score, std::nullopt);
  for (const char* field :
       {"method_sha256", "status", "message", "score", "settings", "metrics", "details"}) {
    Json json = to_json(report);
    json[field] = -1;
    EXPECT_THROW((void)test_report_from_json(json), Error) << field;
    json.erase(field);
    EXPECT_THROW((void)test_report_from_json(json), Error) << field;
  }
}

}  // namespace
}  // namespace mls::trial
