#include "task/suite.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/locations.hpp"
#include "task/task_fixture.hpp"

namespace mls::task {
namespace {

constexpr const char* example = "optimization-example";

class SuiteTest : public ::testing::Test {
 protected:
  void suite(const std::string& name, std::string_view text) const {
    repository_.write("suites/" + name + ".toml", text);
  }
  void expect_error(const std::string& name, const std::string& part, Fault fault = Fault::bad_input) const {
    try {
      (void)suite_named(repository_.root(), name);
      FAIL() << name;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
      EXPECT_EQ(error.fault(), fault) << error.what();
    }
  }
  std::vector<std::string> ids(const std::string& name) const {
    std::vector<std::string> found;
    for (const Task& task : suite_named(repository_.root(), name).tasks) found.push_back(task.id);
    return found;
  }
  void set_lite(bool lite) const {
    repository_.write_task("task.toml",
                           lite ? example_toml : replaced(example_toml, "lite = true", "lite = false"));
  }

  ExampleRepository repository_;
};

constexpr const char* good = "[suite]\ntitle = \"Mine\"\n\n[[task]]\nid = \"optimization-example\"\n";

TEST_F(SuiteTest, IsAllOrAFileOrAnAreaOrATask) {
  suite("mine", good);
  repository_.write("elsewhere/own.toml", good);
  const std::vector<std::string> only{example};
  for (const std::string name : {"all", "mine", "optimization-and-theory", "Opt", example})
    EXPECT_EQ(ids(name), only) << name;
  EXPECT_EQ(ids((repository_.root() / "elsewhere" / "own.toml").string()), only);
  EXPECT_EQ(suite_named(repository_.root(), "Opt").name, "optimization-and-theory");
}

TEST_F(SuiteTest, AnUnknownNameHasANeighbour) {
  suite("lite", good);
  expect_error("light", "did you mean \"lite\"", Fault::usage);
  expect_error("optimisation-exmaple", "did you mean \"optimization-example\"", Fault::usage);
  expect_error("", "there is no suite", Fault::usage);
  expect_error("../lite", "there is no suite", Fault::usage);
  expect_error("nowhere.toml",
               "there is no file nowhere.toml; name one that lists tasks as docs/suites.md shows");
  expect_error("robotics", "no task in the area \"robotics\"");
}

TEST_F(SuiteTest, ATaskThatDoesNotExistIsNamedWithFileAndLine) {
  suite("mine", std::string(good) + "\n[[task]]\nid = \"optimization-exmaple\"\n");
  expect_error("mine",
               "mine.toml:8: there is no task 'optimization-exmaple'; did you mean 'optimization-example'");
}

TEST_F(SuiteTest, IsReadStrictly) {
  const std::pair<const char*, const char*> cases[] = {
      {"[suite]\ntitle = \"Mine\"\n", "names no task"},
      {"[[task]]\nid = \"optimization-example\"\n", "suite"},
      {"[suite]\n[[task]]\nid = \"optimization-example\"\n", "title"},
      {"[suite]\ntitle = \"Mine\"\ntasks = []\n", "tasks"},
      {"[suite]\ntitle = \"Mine\"\n[[task]]\nid = 5\n", "mine.toml:4"},
      {"[suite]\ntitle = \"Mine\"\n[[task]]\nid = \"a\"\nseed = 1\n", "seed"},
      {"[suite]\ntitle = \"Mine\"\n[[task]]\nid = \"optimization-example\"\n[[task]]\nid = "
       "\"optimization-example\"\n",
       "mine.toml:6"},
      {"[suite\n", "mine.toml:1"},
  };
  for (const auto& [text, part] : cases) {
    suite("mine", text);
    expect_error("mine", part);
  }
}

TEST_F(SuiteTest, LiteAndTheTasksMustTellTheSameStory) {
  suite("lite", good);
  set_lite(true);
  EXPECT_EQ(ids("lite"), std::vector<std::string>{example});
  set_lite(false);
  expect_error("lite", "lite.toml:5: 'optimization-example' is listed here");
  suite("mine", good);
  EXPECT_EQ(ids("mine").size(), 1U) << "other suites are free";
}

TEST(CommittedSuites, CanAllBeRead) {
  int suites = 0;
  for (const auto& entry : std::filesystem::directory_iterator(repository_root() / "suites")) {
    EXPECT_FALSE(load_suite(repository_root(), entry.path()).tasks.empty()) << entry.path();
    ++suites;
  }
  EXPECT_GE(suites, 1);
}

TEST(CommittedSuites, LiteIsExactlyTheTasksThatSayLite) {
  std::vector<std::string> flagged;
  for (const Task& task : catalogue(repository_root())) {
    if (task.lite) flagged.push_back(task.id);
  }
  std::vector<std::string> listed;
  for (const Task& task : suite_named(repository_root(), "lite").tasks) listed.push_back(task.id);
  EXPECT_EQ(listed, flagged) << "in the order of the catalogue, too";
}

}  // namespace
}  // namespace mls::task
