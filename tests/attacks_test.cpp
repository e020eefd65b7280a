// That the corpus of attacks means something: an attack that can win does win, and is seen to. The corpus
// itself is the test `attacks`, which runs `mls attacks`.
#include <gtest/gtest.h>

#include <algorithm>

#include "attacks/attack.hpp"
#include "attacks/run.hpp"
#include "core/files.hpp"

namespace mls::attacks {
namespace {

Attack named(const evaluate::Places& places, const std::string& name) {
  for (Attack& attack : load_corpus(places.root)) {
    if (attack.name == name) return attack;
  }
  throw std::runtime_error("the corpus lacks " + name);
}

// Draws under the public key can be computed by everybody: the attack that does so is sincere.
TEST(Attacks, WinWhereTheyCan) {
  const evaluate::Places places = evaluate::default_places();
  Attack attack = named(places, "public_key_draws");
  attack.sealed = false;
  const Result result = carry_out(places, attack);
  EXPECT_EQ(result.outcome, "gained");
  EXPECT_GT(result.score_gained, 50);
  EXPECT_FALSE(result.passed);
}

TEST(Attacks, OutcomesThatAreNotExpectedFail) {
  const evaluate::Places places = evaluate::default_places();
  Attack attack = named(places, "text_that_is_none");
  attack.expect = "timeout";
  attack.message = "something else";
  const Result result = carry_out(places, attack);
  EXPECT_EQ(result.outcome, "crash");
  EXPECT_FALSE(result.passed);
  EXPECT_EQ(result.faults.size(), 2U);
}

TEST(Attacks, ResultsSurviveJson) {
  Result result{.name = "a",
                .route = "b",
                .outcome = "harmless",
                .score_gained = -1.5,
                .passed = true,
                .faults = {"x"},
                .message = "m",
                .seconds = 2};
  EXPECT_EQ(to_json(result_from_json(to_json(result))).dump(), to_json(result).dump());
}

}  // namespace
}  // namespace mls::attacks
