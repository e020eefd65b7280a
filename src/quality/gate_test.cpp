#include "quality/gate.hpp"

#include <gtest/gtest.h>

namespace mls::quality {
namespace {

std::vector<TaskReport> reports() {
  return {{"one",
           {{"transfer", true, 3.0, Relation::at_least, 3, "3 settings"},
            {"head-room", true, {}, Relation::at_most, 0.95, "none"}}},
          {"two", {{"start", false, 60.0, Relation::below, 50, "too good"}}}};
}

TEST(Gates, AsJson) {
  EXPECT_EQ(to_json(reports()), Json::parse(R"({"tasks":[
    {"id":"one","passed":true,"gates":[
      {"name":"transfer","passed":true,"value":3.0,"relation":">=","bound":3.0,"detail":"3 settings"},
      {"name":"head-room","passed":true,"value":null,"relation":"<=","bound":0.95,"detail":"none"}]},
    {"id":"two","passed":false,"gates":[
      {"name":"start","passed":false,"value":60.0,"relation":"<","bound":50.0,"detail":"too good"}]}]})"));
}

TEST(Gates, AsText) {
  const std::string text = text_of(reports());
  EXPECT_NE(text.find("FAIL"), std::string::npos) << text;
  EXPECT_NE(text.find("1 of 2 tasks passed; 1 gate failed"), std::string::npos) << text;
}

TEST(Gates, ATaskPassesWhenAllItsGatesDo) {
  EXPECT_TRUE(reports()[0].passed());
  EXPECT_FALSE(reports()[1].passed());
}

}  // namespace
}  // namespace mls::quality
