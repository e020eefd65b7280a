#include "task/sources.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/error.hpp"
#include "core/rng.hpp"
#include "task/task.hpp"
#include "task/task_fixture.hpp"

namespace mls::task {
namespace {

namespace fs = std::filesystem;

std::set<std::string> names(const fs::path& root, const std::vector<fs::path>& files) {
  std::set<std::string> result;
  for (const fs::path& file : files) result.insert(file.lexically_relative(root).generic_string());
  EXPECT_EQ(result.size(), files.size());
  return result;
}

std::string failure(const fs::path& root, const fs::path& entry) {
  try {
    (void)source_closure(root, entry);
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::bad_input);
    return error.what();
  }
}

TEST(SourceClosure, FollowsQuotedIncludesAndSiblings) {
  const ExampleRepository repository;
  const auto files = source_closure(repository.root(), repository.task() / "judge.cpp");
  EXPECT_TRUE(std::is_sorted(files.begin(), files.end()));
  EXPECT_EQ(names(repository.root(), files),
            (std::set<std::string>{"tasks/optimization-and-theory/optimization-example/judge.cpp",
                                   "lib/bandits/judge/arms.hpp", "lib/bandits/judge/arms.cpp",
                                   "src/core/rng.hpp", "src/core/rng.cpp"}));
}

TEST(SourceClosure, TheIncludingFolderComesFirst) {
  const ExampleRepository repository;
  repository.write("src/surface.hpp", "");
  EXPECT_EQ(names(repository.root(), source_closure(repository.root(), repository.task() / "scaffold.cpp")),
            (std::set<std::string>{"tasks/optimization-and-theory/optimization-example/scaffold.cpp",
                                   "tasks/optimization-and-theory/optimization-example/surface.hpp"}));
}

TEST(SourceClosure, IgnoresCommentsAndSystemHeadersAndEndsOnCycles) {
  const ExampleRepository repository;
  repository.write_task(
      "judge.cpp",
      "// #include \"a.hpp\"\n/* #include \"b.hpp\"\n#include \"c.hpp\"\n*/ #include <no/such>\n"
      "const char* text = \"/* \\\" //\"; const int n = 1'000; /* '\n#include \"d.hpp\" */\n"
      "  #  include \"surface.hpp\" // why\n/**/#include \"loop.hpp\"\n");
  repository.write_task("loop.hpp", "#include \"judge.cpp\"\n");
  EXPECT_EQ(source_closure(repository.root(), repository.task() / "judge.cpp").size(), 3U);
}

TEST(SourceClosure, NamesFileAndLineOfAnIncludeItCannotFind) {
  const ExampleRepository repository;
  repository.write_task("judge.cpp", "\n#include \"lib/nothing.hpp\"\n");
  const std::string message = failure(repository.root(), repository.task() / "judge.cpp");
  EXPECT_NE(message.find("judge.cpp:2: included file \"lib/nothing.hpp\" not found"), std::string::npos)
      << message;
}

TEST(SourceClosure, RefusesFilesOutsideTheRepository) {
  const ExampleRepository repository;
  const TemporaryFolder outside;
  write_plain(outside.path() / "x.hpp", "");
  repository.write_task("judge.cpp", "#include \"" + (outside.path() / "x.hpp").string() + "\"\n");
  EXPECT_NE(failure(repository.root(), repository.task() / "judge.cpp").find("outside the repository"),
            std::string::npos);
}

TEST(SourceClosure, RandomBytesNeverCrash) {
  const ExampleRepository repository;
  Rng rng(3);
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (int i = 0; i < 60; ++i) text += "#include \"'/*\\\n"[rng.below(15)];
    repository.write_task("judge.cpp", text);
    (void)failure(repository.root(), repository.task() / "judge.cpp");
  }
}

TEST(HashOfFiles, DependsOnNamesAndContentsOnly) {
  const ExampleRepository here;
  const ExampleRepository there;
  const auto hash = [](const ExampleRepository& repository) {
    return hash_of_files(repository.root(),
                         source_closure(repository.root(), repository.task() / "judge.cpp"));
  };
  EXPECT_EQ(hash(here), hash(there));
  const std::string before = hash(there);
  there.write("src/core/rng.cpp", "int draw() { return 5; }\n");
  EXPECT_NE(hash(there), before);
  EXPECT_NE(hash_of_files(here.root(), {here.task() / "method.cpp"}),
            hash_of_files(here.root(), {here.task() / "baselines" / "kl_ucb.cpp"}));
}

class TaskHash : public testing::Test {
 protected:
  [[nodiscard]] std::string hash() const { return task_hash(repository_.root(), load(repository_.task())); }
  [[nodiscard]] std::string hash_with(std::string_view from, std::string_view to) const {
    repository_.write_task("task.toml", replaced(example_toml, from, to));
    return hash();
  }
  ExampleRepository repository_;
  std::string original_ = hash();
};

TEST_F(TaskHash, IsTheSameInAnotherPlace) {
  const ExampleRepository other;
  EXPECT_EQ(task_hash(other.root(), load(other.task())), original_);
  EXPECT_EQ(original_.size(), 64U);
}

TEST_F(TaskHash, StaysWhenProseBaselinesTermsOrExpectationsChange) {
  EXPECT_EQ(hash_with("title = \"An example\"", "title = \"Another\""), original_);
  EXPECT_EQ(hash_with("Does it load?", "Does it stay?"), original_);
  EXPECT_EQ(hash_with("ten arms", "a few arms"), original_);
  EXPECT_EQ(hash_with("weight = 0.5", "weight = 0.25"), original_);
  EXPECT_EQ(hash_with("transform = \"log\"", "transform = \"identity\""), original_);
  EXPECT_EQ(hash_with("chance = 0.5", "chance = 0.6"), original_);
  EXPECT_EQ(hash_with("better = \"thompson\"", "better = \"kl_ucb\""), original_);
  EXPECT_EQ(hash_with("Auer et al. 2002", "Auer 2002"), original_);
  EXPECT_EQ(hash_with("lite = true", "lite = false"), original_);
  EXPECT_EQ(hash_with("seeds = 5", "seeds = 5  # few"), original_);
  repository_.write_task("question.md", "# Other words\n");
  repository_.write_task("baselines/thompson.cpp", "// better\n");
  repository_.write_task("method.cpp", "// simpler\n");
  repository_.write_task("calibration.json", "{}");
  repository_.write("lib/other.hpp", "");
  EXPECT_EQ(hash(), original_);
}

TEST_F(TaskHash, DoesNotDependOnTheOrderOfParams) {
  EXPECT_EQ(hash_with("arms = 10, horizon = 5000", "horizon = 5000, arms = 10"), original_);
}

TEST_F(TaskHash, ChangesWithParamsSeedsLimitsSettingsAndProtocol) {
  std::set<std::string> seen = {original_};
  for (const auto& [from, to] : std::vector<std::pair<const char*, const char*>>{
           {"arms = 10", "arms = 11"},
           {"arms = 10", "arms = 10.0"},
           {"wide = true", "wide = false"},
           {"gaps = [0.1, 0.2]", "gaps = [0.2, 0.1]"},
           {"seeds = 5", "seeds = 6"},
           {"wall_s = 20", "wall_s = 21"},
           {"cpu_s = 10.5", "cpu_s = 10"},
           {"memory_mb = 1024", "memory_mb = 2048"},
           {"cpu_factor = 8", "cpu_factor = 9"},
           {"reference = \"kl_ucb\"", "reference = \"thompson\""},
           {"\"contextual\"", "\"context\""},
           {"\"rollout\"", "\"decide\""},
           {"packs = [\"digits\"]", ""}}) {
    EXPECT_TRUE(seen.insert(hash_with(from, to)).second) << to;
  }
}

TEST_F(TaskHash, ChangesWithTheCodeThatDecides) {
  std::set<std::string> seen = {original_};
  for (const char* file : {"judge.cpp", "scaffold.cpp", "surface.hpp"}) {
    repository_.write_task(
        file, "// changed\n#include \"core/rng.hpp\"\n#include \"lib/bandits/judge/arms.hpp\"\n");
    EXPECT_TRUE(seen.insert(hash()).second) << file;
  }
  for (const char* file :
       {"src/core/rng.hpp", "src/core/rng.cpp", "lib/bandits/judge/arms.hpp", "lib/bandits/judge/arms.cpp"}) {
    repository_.write(file, "// changed\n#include \"core/rng.hpp\"\n");
    EXPECT_TRUE(seen.insert(hash()).second) << file;
  }
}

TEST_F(TaskHash, ChangesWithTheDataItReads) {
  repository_.write("packs/registry.toml", replaced(example_registry, "37db3687", "37db3680"));
  EXPECT_NE(hash(), original_);
  repository_.write("packs/registry.toml", replaced(example_registry, "a few digits", "some digits"));
  EXPECT_EQ(hash(), original_);
}

}  // namespace
}  // namespace mls::task
