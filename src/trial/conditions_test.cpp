#include "trial/conditions.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace mls::trial {
namespace {

TEST(Conditions, EveryValueOfEveryOneIsReadBack) {
  for (const std::string& name : condition_names()) {
    for (const std::string& value : condition_values(name)) {
      Conditions conditions;
      set_condition(conditions, name, value);
      EXPECT_EQ(to_json(conditions).at(name), value);
      EXPECT_EQ(conditions_from_json(to_json(conditions)), conditions);
      EXPECT_EQ(conditions_text(conditions).empty(), conditions == Conditions{});
    }
  }
}

TEST(Conditions, TheUsualOnesAreThoseOfAComparison) {
  EXPECT_EQ(
      to_json(Conditions{}),
      (Json{{"context", "baselines"}, {"stance", "invention"}, {"capacity", "on"}, {"surface", "lenient"}}));
  EXPECT_EQ(conditions_text({}), "");
  EXPECT_EQ(conditions_text({Conditions::Context::none, Conditions::Stance::engineering,
                             Conditions::Capacity::on, Conditions::Surface::lenient}),
            "context none, stance engineering");
}

TEST(Conditions, OnlyCapacityMakesScoresIncomparable) {
  Conditions conditions{Conditions::Context::derivations, Conditions::Stance::engineering,
                        Conditions::Capacity::on, Conditions::Surface::strict};
  EXPECT_TRUE(conditions.comparable());
  conditions.capacity = Conditions::Capacity::off;
  EXPECT_FALSE(conditions.comparable());
}

TEST(Conditions, UnknownOnesAreRefusedWithTheNearest) {
  Conditions conditions;
  const auto message = [&](const std::string& name, const std::string& value) {
    try {
      set_condition(conditions, name, value);
    } catch (const Error& error) {
      EXPECT_EQ(error.exit_code(), 2);
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(message("context", "baseline").find("did you mean \"baselines\"?"), std::string::npos);
  EXPECT_NE(message("contxt", "none").find("did you mean \"context\"?"), std::string::npos);
  EXPECT_THROW((void)conditions_from_json({{"context", "none"}}), Error);
  EXPECT_THROW((void)conditions_from_json(nullptr), Error);
  EXPECT_EQ(conditions, Conditions{});
}

}  // namespace
}  // namespace mls::trial
