#include "trial/draft.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "trial/agent.hpp"

namespace mls::trial {
namespace {

std::string mismatch_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.reason(), Refusal::Reason::mismatch);
    return refusal.what();
  }
  return "not refused";
}

TEST(Draft, ReplacesWhatOccursOnce) {
  const Draft draft("int a = 1;\nint b = 1;\n");
  EXPECT_EQ(draft.with("a = 1", "a = 2"), "int a = 2;\nint b = 1;\n");
  EXPECT_EQ(draft.with("int a = 1;\n", ""), "int b = 1;\n");
  EXPECT_EQ(draft.text(), "int a = 1;\nint b = 1;\n") << "asking changes nothing";
}

TEST(Draft, SaysWhyItReplacesNothing) {
  const Draft draft("int a = 1;\nint b = 1;\naaa\n");
  EXPECT_NE(mismatch_of([&] { (void)draft.with(" = 1", "x"); }).find("occurs 2 times"), std::string::npos);
  EXPECT_NE(mismatch_of([&] { (void)draft.with("aa", "x"); }).find("occurs 2 times"), std::string::npos)
      << "overlapping ones are not unique either";
  EXPECT_NE(mismatch_of([&] { (void)draft.with("int c", "x"); }).find("is not in method.cpp; view"),
            std::string::npos);
  EXPECT_NE(mismatch_of([&] { (void)draft.with("int  a=1;", "x"); }).find("white space"), std::string::npos);
  EXPECT_NE(mismatch_of([&] { (void)draft.with("  ", "x"); }).find("is not in method.cpp; view"),
            std::string::npos);
  EXPECT_NE(mismatch_of([&] { (void)draft.with("", "x"); }).find("empty"), std::string::npos);
}

TEST(Draft, UndoesToTheBeginning) {
  Draft draft("1");
  EXPECT_NE(mismatch_of([&] { (void)draft.before(); }).find("nothing to undo"), std::string::npos);
  draft.set("2");
  draft.set("2");
  draft.set("3");
  draft.set(draft.before());
  EXPECT_EQ(draft.text(), "2");
  draft.set("4");
  draft.set(draft.before());
  draft.set(draft.before());
  EXPECT_EQ(draft.text(), "1");
  EXPECT_NE(mismatch_of([&] { (void)draft.before(); }).find("nothing to undo"), std::string::npos);
}

TEST(Draft, ForgetsTheOldestVersions) {
  Draft draft("start");
  for (std::size_t i = 0; i < Draft::max_versions + 10; ++i) draft.set(std::to_string(i));
  for (std::size_t i = 0; i < Draft::max_versions; ++i) draft.set(draft.before());
  EXPECT_EQ(draft.text(), "9");
  EXPECT_NE(mismatch_of([&] { (void)draft.before(); }), "not refused");
}

TEST(NumberedLines, ShowARange) {
  const std::string text = "a\n\nc\nd";
  EXPECT_EQ(numbered_lines(text, 1, 0, 1000), "    1\ta\n    2\t\n    3\tc\n    4\td\n");
  EXPECT_EQ(numbered_lines(text, 2, 3, 1000), "    2\t\n    3\tc\n");
  EXPECT_EQ(numbered_lines(text, 4, 9, 1000), "    4\td\n");
  EXPECT_EQ(numbered_lines("", 1, 0, 1000), "");
  for (const auto& [first, last] : {std::pair{0, 0}, {5, 0}, {3, 2}})
    EXPECT_NE(mismatch_of([&] { (void)numbered_lines(text, first, last, 1000); }), "not refused");
}

TEST(NumberedLines, SayWhatTheyLeaveOut) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "0123456789\n";
  const std::string shown = numbered_lines(text, 1, 0, 500);
  EXPECT_LT(shown.size(), 600U);
  EXPECT_NE(shown.find("to 100 left out"), std::string::npos) << shown;
  EXPECT_NE(numbered_lines(std::string(2000, 'x'), 1, 0, 500).find("[lines 1 to 1 left out"),
            std::string::npos);
}

}  // namespace
}  // namespace mls::trial
