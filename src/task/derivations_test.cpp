#include "task/derivations.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/locations.hpp"
#include "task/task_fixture.hpp"

namespace mls::task {
namespace {

class Derivations : public ::testing::Test {
 protected:
  std::map<std::string, std::string> read(const std::string& text) const {
    write_atomic(derivations_file(task_), text);
    return derivations_of(task_);
  }

  std::string complaint(const std::string& text) const {
    try {
      (void)read(text);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  /// With a section for each baseline but `missing`.
  std::string complete(const std::string& missing = "") const {
    std::string text = "# Derivations\n\nFor people.\n\n";
    for (const Baseline& baseline : task_.baselines) {
      if (baseline.id != missing) text += "## " + baseline.id + "\n\nThe idea of " + baseline.id + ".\n\n";
    }
    return text;
  }

  ExampleRepository repository_;
  Task task_ = load(repository_.task());
};

TEST_F(Derivations, EveryBaselineHasItsOwn) {
  const auto texts = read(complete());
  EXPECT_EQ(texts.size(), task_.baselines.size());
  for (const Baseline& baseline : task_.baselines)
    EXPECT_EQ(texts.at(baseline.id), "The idea of " + baseline.id + ".");
}

TEST_F(Derivations, WhatIsWrongIsSaid) {
  EXPECT_THROW((void)derivations_of(task_), Error) << "there is no file yet";
  EXPECT_NE(complaint(complete("kl_ucb")).find("the baseline kl_ucb has no text"), std::string::npos);
  EXPECT_NE(complaint(complete() + "## kl_ucv\ntext\n").find("did you mean \"kl_ucb\"?"), std::string::npos);
  EXPECT_NE(complaint(complete() + "## kl_ucb\nmore\n").find("a second section"), std::string::npos);
  EXPECT_NE(complaint(complete("ucb1") + "## ucb1\n \n").find("the baseline ucb1 has no text"),
            std::string::npos);
}

TEST(CommittedDerivations, OfEveryTaskThatHasThemAreComplete) {
  int found = 0;
  for (const Task& task : catalogue(repository_root())) {
    if (!std::filesystem::exists(derivations_file(task))) continue;
    ++found;
    EXPECT_NO_THROW((void)derivations_of(task)) << task.id;
  }
  EXPECT_GT(found, 0);
}

}  // namespace
}  // namespace mls::task
