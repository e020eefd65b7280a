#include "quality/null_methods.hpp"

#include <gtest/gtest.h>

#include "task/task_fixture.hpp"

namespace mls::quality {
namespace {

TEST(NullMethods, AreTheFilesOfTheFolder) {
  const task::ExampleRepository repository;
  const auto task = task::find(repository.root(), "optimization-example");
  EXPECT_TRUE(null_methods(task).empty());
  task::write_plain(task.folder / "null" / "zero.cpp", "// zero\n");
  task::write_plain(task.folder / "null" / "constant.cpp", "// constant\n");
  task::write_plain(task.folder / "null" / "notes.txt", "no method");
  const auto methods = null_methods(task);
  ASSERT_EQ(methods.size(), 2U);
  EXPECT_EQ(methods[0].name, "constant");
  EXPECT_EQ(methods[0].method.source, "// constant\n");
  EXPECT_FALSE(methods[0].must_fail);
}

TEST(NullMethods, MisdeedsKeepTheWholeStartMethod) {
  const task::ExampleRepository repository;
  const auto task = task::find(repository.root(), "optimization-example");
  const std::string start = read_file(task.folder / "method.cpp");
  const auto methods = misdeeds(task);
  ASSERT_EQ(methods.size(), 4U);
  for (const auto& one : methods) {
    EXPECT_TRUE(one.must_fail);
    EXPECT_TRUE(one.method.source.ends_with(start)) << one.name;
    EXPECT_TRUE(one.method.rejection.empty()) << one.method.rejection;
  }
}

}  // namespace
}  // namespace mls::quality
