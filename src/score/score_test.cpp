#include "score/score.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/json.hpp"
#include "core/locations.hpp"
#include "core/rng.hpp"

namespace mls::score {
namespace {

using task::Direction;
using task::Metric;
using task::Transform;

constexpr int cases = 4000;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double top_of(const Anchors& anchors) { return anchors.bound.value_or(anchors.reference); }

Metric metric(Direction direction, std::optional<double> chance = {}) { return {"m", direction, "", chance}; }

// Of either sign and any size from 1e-6 to 1e6.
double wide(Rng& rng) { return (rng.bernoulli(0.5) ? 1 : -1) * std::pow(10.0, rng.uniform(-6, 6)); }

Anchors random_anchors(Rng& rng, bool bounded) {
  const double floor = wide(rng);
  const double reference = floor + std::abs(wide(rng));
  Anchors anchors{floor, reference, {}};
  if (bounded) anchors.bound = reference + std::abs(wide(rng));
  if (!(reference > floor) || (bounded && !(*anchors.bound > reference))) return random_anchors(rng, bounded);
  return anchors;
}

// Below the floor, between the anchors or beyond.
double random_value(Rng& rng, const Anchors& anchors) {
  const double span = top_of(anchors) - anchors.floor;
  return anchors.floor + span * rng.uniform(-0.5, 1.5);
}

TEST(Value, IsSignedSoThatHigherIsBetter) {
  EXPECT_EQ(value_of(metric(Direction::higher), Transform::identity, 3.0), 3.0);
  EXPECT_EQ(value_of(metric(Direction::lower), Transform::identity, 3.0), -3.0);
  EXPECT_EQ(value_of(metric(Direction::higher), Transform::log, std::exp(1.0)), 1.0);
  EXPECT_EQ(value_of(metric(Direction::lower), Transform::log, std::exp(1.0)), -1.0);
  EXPECT_DOUBLE_EQ(value_of(metric(Direction::higher), Transform::log1m, 0.9).value_or(nan), -std::log(0.1));
  EXPECT_DOUBLE_EQ(value_of(metric(Direction::lower), Transform::log1m, 0.9).value_or(nan), std::log(0.1));
}

TEST(Value, IsClippedAtChanceBeforeTheTransform) {
  EXPECT_EQ(value_of(metric(Direction::higher, 0.5), Transform::identity, 0.3), 0.5);
  EXPECT_EQ(value_of(metric(Direction::higher, 0.5), Transform::identity, 0.7), 0.7);
  EXPECT_EQ(value_of(metric(Direction::lower, 1.0), Transform::log, 1e300), 0.0);
  EXPECT_EQ(value_of(metric(Direction::lower, 1.0), Transform::log, 0.5), -std::log(0.5));
}

TEST(Value, StaysOffThePoleOfItsLogarithm) {
  const double limit = std::log(1e-12);
  for (const double raw : {0.0, -5.0, 1e-13, 1e-300}) {
    EXPECT_EQ(value_of(metric(Direction::lower), Transform::log, raw), -limit);
  }
  for (const double raw : {1.0, 7.0, 1 - 1e-14}) {
    EXPECT_EQ(value_of(metric(Direction::higher), Transform::log1m, raw), -limit);
  }
}

TEST(Value, OfWhatIsNotFiniteIsNone) {
  for (const auto direction : {Direction::lower, Direction::higher}) {
    for (const auto transform : {Transform::identity, Transform::log, Transform::log1m}) {
      for (const double raw : {infinity, -infinity, nan}) {
        EXPECT_EQ(value_of(metric(direction, 0.5), transform, raw), std::nullopt);
      }
    }
  }
}

TEST(Value, GrowsAsTheRawMetricGetsBetter) {
  Rng rng(1);
  for (int i = 0; i < cases; ++i) {
    const double a = wide(rng);
    const double b = wide(rng);
    for (const auto transform : {Transform::identity, Transform::log, Transform::log1m}) {
      const std::optional<double> chance = rng.bernoulli(0.5) ? std::optional(wide(rng)) : std::nullopt;
      EXPECT_LE(value_of(metric(Direction::higher, chance), transform, std::min(a, b)),
                value_of(metric(Direction::higher, chance), transform, std::max(a, b)));
      EXPECT_GE(value_of(metric(Direction::lower, chance), transform, std::min(a, b)),
                value_of(metric(Direction::lower, chance), transform, std::max(a, b)));
    }
  }
}

TEST(Term, FloorReferenceAndBoundGiveZeroHalfAndOne) {
  Rng rng(2);
  for (int i = 0; i < cases; ++i) {
    const Anchors anchors = random_anchors(rng, i % 2 == 0);
    EXPECT_EQ(term_score(anchors.floor, anchors), 0.0);
    EXPECT_NEAR(term_score(anchors.reference, anchors), 0.5, 1e-12);
    EXPECT_EQ(term_score(top_of(anchors), anchors), anchors.bound ? 1.0 : 0.5);
  }
}

TEST(Term, IsZeroBelowTheFloorAndOneBeyondTheBound) {
  Rng rng(3);
  for (int i = 0; i < cases; ++i) {
    const Anchors anchors = random_anchors(rng, i % 2 == 0);
    EXPECT_EQ(term_score(anchors.floor - std::abs(wide(rng)), anchors), 0.0);
    EXPECT_EQ(term_score(-std::numeric_limits<double>::max(), anchors), 0.0);
    const double beyond = term_score(top_of(anchors) + std::abs(wide(rng)), anchors);
    EXPECT_GE(beyond, anchors.bound ? 1.0 : 0.5);
    EXPECT_LE(beyond, 1.0);
    EXPECT_EQ(term_score(std::numeric_limits<double>::max(), anchors), 1.0);
  }
}

TEST(Term, IsMonotoneAndWithinZeroAndOne) {
  Rng rng(4);
  for (int i = 0; i < cases; ++i) {
    const Anchors anchors = random_anchors(rng, i % 2 == 0);
    const TermCurve curve(anchors);
    std::vector<double> points(16);
    for (double& point : points) point = random_value(rng, anchors);
    points.insert(points.end(), {anchors.floor, anchors.reference, top_of(anchors)});
    std::ranges::sort(points);
    double last = 0;
    for (const double point : points) {
      const double score = curve(point);
      EXPECT_GE(score, last - 1e-15);
      EXPECT_LE(score, 1.0);
      last = score;
    }
  }
}

TEST(Term, IsStrictlyMonotoneWhereItMatters) {
  const Anchors unbounded{1, 2, {}};
  const Anchors bounded{1, 2, 5.0};
  for (double value = 1; value < 4.9; value += 0.01) {
    EXPECT_LT(term_score(value, unbounded), term_score(value + 0.01, unbounded));
    EXPECT_LT(term_score(value, bounded), term_score(value + 0.01, bounded));
  }
}

TEST(Term, AgreesWithTheFormulasAsTheyAreWritten) {
  Rng rng(5);
  for (int i = 0; i < cases; ++i) {
    const double floor = rng.uniform(-2, 2);
    const double reference = floor + rng.uniform(0.1, 2);
    const double bound = reference + rng.uniform(0.1, 2);
    const double value = rng.uniform(floor, bound);
    const double gamma = std::log(0.5) / std::log((reference - floor) / (bound - floor));
    EXPECT_NEAR(term_score(value, {floor, reference, bound}),
                std::pow((value - floor) / (bound - floor), gamma), 1e-12);
    const double lambda = (reference - floor) / std::log(3.0);
    EXPECT_NEAR(term_score(value, {floor, reference, {}}), 2 / (1 + std::exp(-(value - floor) / lambda)) - 1,
                1e-12);
  }
}

TEST(Term, UnboundedFormIsInvariantUnderAffineMapsOfTheMetric) {
  Rng rng(6);
  for (int i = 0; i < cases; ++i) {
    const Anchors anchors{rng.uniform(-1, 0), rng.uniform(0.1, 1), {}};
    const double value = rng.uniform(-2, 3);
    const double scale = std::pow(10.0, rng.uniform(-3, 3));
    const double shift = rng.uniform(-10, 10) * scale;
    const auto map = [&](double x) { return scale * x + shift; };
    EXPECT_NEAR(term_score(map(value), {map(anchors.floor), map(anchors.reference), {}}),
                term_score(value, anchors), 1e-12);
  }
}

TEST(Term, BoundedFormIsInvariantToo) {
  Rng rng(7);
  for (int i = 0; i < cases; ++i) {
    const Anchors anchors{rng.uniform(-1, 0), rng.uniform(0.1, 1), rng.uniform(1.1, 2)};
    const double value = rng.uniform(-2, 3);
    const double scale = std::exp2(static_cast<double>(rng.below(20)) - 10);  // exact
    EXPECT_NEAR(term_score(scale * value,
                           {scale * anchors.floor, scale * anchors.reference, scale * top_of(anchors)}),
                term_score(value, anchors), 1e-12);
  }
}

TEST(Term, LowerAndHigherAreMirrorImages) {
  Rng rng(8);
  const auto score = [](Direction direction, Transform transform, double raw, double floor,
                        double reference) {
    const auto value = [&](double x) { return *value_of(metric(direction), transform, x); };
    return term_score(value(raw), {value(floor), value(reference), {}});
  };
  for (int i = 0; i < cases; ++i) {
    const double floor = rng.uniform(0.1, 0.4);
    const double reference = rng.uniform(0.5, 0.9);
    const double raw = rng.uniform(0.05, 0.95);
    EXPECT_EQ(score(Direction::higher, Transform::identity, raw, floor, reference),
              score(Direction::lower, Transform::identity, -raw, -floor, -reference));
    EXPECT_NEAR(score(Direction::higher, Transform::log, raw, floor, reference),
                score(Direction::lower, Transform::log, 1 / raw, 1 / floor, 1 / reference), 1e-12);
    EXPECT_NEAR(score(Direction::higher, Transform::log1m, raw, floor, reference),
                score(Direction::lower, Transform::log, 1 - raw, 1 - floor, 1 - reference), 1e-12);
  }
}

// Best baseline next to the bound or next to the floor: gamma from 1e-3 to 1e16.
TEST(Term, SurvivesExtremeGamma) {
  const double least = std::numeric_limits<double>::denorm_min();
  for (const Anchors anchors :
       {Anchors{0, 1, std::nextafter(1.0, 2.0)}, Anchors{0, 1e-300, 1.0}, Anchors{0, least, 1.0},
        Anchors{-1, 0, least}, Anchors{-10, 0, least}, Anchors{1, std::nextafter(1.0, 2.0), 1e300},
        Anchors{-8e307, 0, 8e307}, Anchors{0, least, 2 * least}, Anchors{0, 1e-9, 1e9}}) {
    const TermCurve curve(anchors);
    EXPECT_EQ(curve(anchors.floor), 0.0);
    EXPECT_NEAR(curve(anchors.reference), 0.5, 1e-12);
    EXPECT_EQ(curve(top_of(anchors)), 1.0);
    double last = 0;
    for (double share = 0; share <= 1; share += 1.0 / 256) {
      const double score = curve(anchors.floor + share * (top_of(anchors) - anchors.floor));
      EXPECT_GE(score, last - 1e-15);
      EXPECT_LE(score, 1.0);
      last = score;
    }
  }
}

TEST(Term, ScoresNothingThatIsNotFinite) {
  for (const Anchors anchors : {Anchors{0, 1, {}}, Anchors{0, 1, 2.0}}) {
    for (const double value : {infinity, -infinity, nan}) EXPECT_EQ(term_score(value, anchors), 0.0);
  }
}

TEST(Term, RefusesAnchorsOutOfOrder) {
  const double most = std::numeric_limits<double>::max();
  for (const Anchors anchors :
       {Anchors{1, 1, {}}, Anchors{2, 1, {}}, Anchors{0, 1, 1.0}, Anchors{0, 1, 0.5}, Anchors{nan, 1, {}},
        Anchors{0, nan, {}}, Anchors{0, 1, nan}, Anchors{0, infinity, {}}, Anchors{-infinity, 0, {}},
        Anchors{0, 1, infinity}, Anchors{-most, most, {}}}) {
    try {
      static_cast<void>(TermCurve(anchors));
      ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::bad_input);
      EXPECT_NE(std::string(error.what()).find("floor < reference < bound"), std::string::npos);
    }
  }
}

TEST(Setting, IsTheWeightedMeanOfItsTerms) {
  EXPECT_DOUBLE_EQ(setting_score(std::vector<Weighted>{{0.5, 1}, {1.0, 3}}), 0.875);
  EXPECT_DOUBLE_EQ(setting_score(std::vector<Weighted>{{0.25, 0.3}}), 0.25);
  EXPECT_EQ(setting_score({}), 0.0);
}

TEST(Setting, IsInvariantUnderOrderAndScaleOfWeights) {
  Rng rng(9);
  for (int i = 0; i < cases; ++i) {
    std::vector<Weighted> terms(1 + rng.below(6));
    for (auto& term : terms) term = {rng.uniform(), rng.uniform(0.01, 5)};
    const double score = setting_score(terms);
    EXPECT_LE(score, 1.0);
    rng.shuffle(std::span(terms));
    for (auto& term : terms) term.weight *= 7;
    EXPECT_NEAR(setting_score(terms), score, 1e-12);
  }
}

TEST(TaskScore, IsTheGeometricMeanOfItsSettings) {
  EXPECT_EQ(task_score(std::vector{0.5, 0.5, 0.5}), 0.5);
  EXPECT_EQ(task_score(std::vector{1.0, 1.0}), 1.0);
  EXPECT_DOUBLE_EQ(task_score(std::vector{0.25, 1.0}), 0.5);
  EXPECT_NEAR(task_score(std::vector<double>(50, 1e-30)), 1e-30, 1e-42);  // the product alone would underflow
  EXPECT_EQ(task_score({}), 0.0);
}

TEST(TaskScore, IsInvariantUnderOrderAndSunkByOneFailure) {
  Rng rng(10);
  for (int i = 0; i < cases; ++i) {
    std::vector<double> settings(1 + rng.below(8));
    for (double& score : settings) score = rng.uniform();
    const double score = task_score(settings);
    EXPECT_GE(score, *std::ranges::min_element(settings) - 1e-12);
    EXPECT_LE(score, *std::ranges::max_element(settings) + 1e-12);
    rng.shuffle(std::span(settings));
    EXPECT_NEAR(task_score(settings), score, 1e-12);
    settings[rng.below(settings.size())] = rng.bernoulli(0.5) ? 0 : nan;
    EXPECT_EQ(task_score(settings), 0.0);
  }
}

TEST(TaskScore, GrowsWithEverySetting) {
  Rng rng(11);
  for (int i = 0; i < cases; ++i) {
    std::vector<double> settings(1 + rng.below(8));
    for (double& score : settings) score = rng.uniform(0.01, 0.99);
    const double score = task_score(settings);
    settings[rng.below(settings.size())] += 0.01;
    EXPECT_GT(task_score(settings), score);
  }
}

TEST(Overall, CountsEveryAreaTheSame) {
  const std::vector<std::vector<double>> areas{{1.0, 1.0, 1.0, 1.0}, {0.0}, {}, {0.5}};
  EXPECT_DOUBLE_EQ(overall(areas), 0.5);
  EXPECT_EQ(overall({}), 0.0);
  EXPECT_EQ(overall(std::vector<std::vector<double>>{{}, {}}), 0.0);
}

TEST(Overall, IsInvariantUnderOrderOfTasksAndAreas) {
  Rng rng(12);
  for (int i = 0; i < cases; ++i) {
    std::vector<std::vector<double>> areas(1 + rng.below(12));
    for (auto& tasks : areas) {
      tasks.resize(rng.below(5));
      for (double& score : tasks) score = rng.uniform();
    }
    const double score = overall(areas);
    rng.shuffle(std::span(areas));
    for (auto& tasks : areas) rng.shuffle(std::span(tasks));
    EXPECT_NEAR(overall(areas), score, 1e-12);
  }
}

// The published totals follow from the published area figures by our aggregation. The area figures are
// themselves rounded to 0.1, so a mean of exactly .x5 may have been rounded either way.
class Published : public ::testing::Test {
 protected:
  const Json areas = Json::parse(read_file(repository_root() / "reference" / "published.json"))["areas"];

  static double overall_of(const Json& figures) {
    std::vector<std::vector<double>> scores;
    for (const double figure : figures) scores.push_back({figure / 100});
    return 100 * overall(scores);
  }
};

TEST_F(Published, HumanStateOfTheArtIs42Point6) {
  const std::vector<double> figures = areas["human_sota"];
  EXPECT_EQ(figures, (std::vector{43.7, 41.7, 41.3, 35.2, 45.6, 43.3, 41.3, 41.3, 41.3, 42.8, 47.6, 45.6}));
  EXPECT_EQ(fmt::format("{:.1f}", overall_of(areas["human_sota"])), "42.6");
  EXPECT_EQ(areas["human_sota_overall"], 42.6);
}

TEST_F(Published, TotalsOfEveryModelFollow) {
  EXPECT_EQ(areas["models"].size(), 5U);
  for (const auto& row : areas["models"]) {
    for (const std::string kind : {"vanilla", "agent"}) {
      EXPECT_EQ(row[kind].size(), 12U);
      EXPECT_NEAR(overall_of(row[kind]), row[kind + "_overall"].get<double>(), 0.05 + 1e-9)
          << row["model"] << " " << kind;
    }
  }
}

}  // namespace
}  // namespace mls::score
