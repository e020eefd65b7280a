#include "trial/workspace.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <functional>

#include "core/error.hpp"
#include "core/files.hpp"
#include "task/sources.hpp"
#include "task/task_fixture.hpp"

namespace mls::trial {
namespace {

namespace fs = std::filesystem;

class Workspaces : public ::testing::Test {
 protected:
  Workspaces() : task_(task::load(repository_.task())) {}
  fs::path place(const char* name = "work") const { return home_.path() / name; }
  Workspace start(const fs::path& folder) { return start_workspace(repository_.root(), task_, folder); }

  static std::string error_of(const std::function<void()>& action) {
    try {
      action();
    } catch (const Error& error) {
      EXPECT_EQ(error.exit_code(), 2);
      return error.what();
    }
    return "no error";
  }

  task::ExampleRepository repository_;
  task::Task task_;
  TemporaryFolder home_;
};

TEST_F(Workspaces, HaveEverythingToReadAndOneFileToEdit) {
  start(place());
  for (const char* name : {"question.md", "surface.hpp", "scaffold.cpp", "README.md", "baselines/ucb1.cpp",
                           "baselines/kl_ucb.cpp", "baselines/thompson.cpp"}) {
    struct stat info{};
    ASSERT_EQ(::stat((place() / name).c_str(), &info), 0) << name;
    EXPECT_EQ(info.st_mode & 0222, 0U) << name;
  }
  EXPECT_EQ(read_file(place() / "method.cpp"), read_file(task_.folder / "method.cpp"));
  EXPECT_EQ(::access((place() / "method.cpp").c_str(), W_OK), 0);
}

TEST_F(Workspaces, HoldTheFilesThatAgentsWithoutOneRead) {
  repository_.write_task("surface.hpp", "#pragma once\n#include \"core/rng.hpp\"\n#include \"shapes.hpp\"\n");
  repository_.write_task("shapes.hpp", "#pragma once\n");
  start(place());
  WorkspaceFiles found;
  for (const auto& entry : fs::recursive_directory_iterator(place())) {
    if (entry.is_regular_file() && entry.path().filename() != workspace_marker)
      found[entry.path().lexically_relative(place()).string()] = read_file(entry.path());
  }
  EXPECT_EQ(found, workspace_files(repository_.root(), task_));
}

TEST_F(Workspaces, NeverMentionHiddenSettings) {
  start(place());
  for (const auto& entry : fs::recursive_directory_iterator(place())) {
    if (!entry.is_regular_file()) continue;
    EXPECT_EQ(read_file(entry.path()).find("heavy-tails"), std::string::npos) << entry.path();
  }
  EXPECT_NE(workspace_readme(repository_.root(), task_).find("`contextual`"), std::string::npos);
}

TEST_F(Workspaces, BringTheHeadersThatTheSurfaceIncludes) {
  repository_.write_task("surface.hpp", "#pragma once\n#include \"core/rng.hpp\"\n#include \"shapes.hpp\"\n");
  repository_.write_task("shapes.hpp", "#pragma once\n");
  start(place());
  EXPECT_TRUE(fs::exists(place() / "include/core/rng.hpp"));
  EXPECT_TRUE(fs::exists(place() / "shapes.hpp"));
  EXPECT_FALSE(fs::exists(place() / "include/lib"));
}

TEST_F(Workspaces, OpenAgain) {
  const auto made = start(place());
  const auto opened = open_workspace(place());
  EXPECT_EQ(opened.task, "optimization-example");
  EXPECT_EQ(opened.created, made.created);
  EXPECT_EQ(opened.task_sha256, task::task_hash(repository_.root(), task_));
  EXPECT_NO_THROW(require_method(opened));
}

TEST_F(Workspaces, TakeNewAndEmptyFoldersOnly) {
  fs::create_directories(place("empty"));
  EXPECT_NO_THROW(start(place("empty")));
  EXPECT_NE(error_of([&] { start(place("empty")); }).find("not empty"), std::string::npos);
  write_atomic(place("file"), "mine");
  EXPECT_NE(error_of([&] { start(place("file")); }).find("not a folder"), std::string::npos);
  EXPECT_EQ(read_file(place("file")), "mine");
  EXPECT_NO_THROW(start(place("deep") / "er"));
}

TEST_F(Workspaces, LeaveNothingBehindWhenTheyCannotBeMade) {
  fs::remove(task_.folder / "baselines/thompson.cpp");
  EXPECT_THROW(start(place()), Error);
  EXPECT_FALSE(fs::exists(place()));
  fs::create_directories(place("empty"));
  EXPECT_THROW(start(place("empty")), Error);
  EXPECT_TRUE(fs::is_empty(place("empty")));
}

TEST_F(Workspaces, WhatIsWrongWithTheMarkerIsSaidWithARemedy) {
  start(place());
  const auto marker = place() / workspace_marker;
  const auto error = [&] { return error_of([&] { (void)open_workspace(place()); }); };
  const auto with = [&](std::string_view text) {
    fs::remove_all(marker);
    write_atomic(marker, text);
    return error();
  };
  const std::string whole = read_file(marker);
  fs::remove(marker);
  EXPECT_NE(error().find("mls start"), std::string::npos);
  EXPECT_NE(with("").find("[workspace] is missing"), std::string::npos);
  EXPECT_NE(with("[workspace").find("mls start"), std::string::npos);
  EXPECT_NE(with("[workspace]\nformat = 2\n").find("`format` must be 1"), std::string::npos);
  EXPECT_NE(with("[workspace]\nformat = 1\ntask = 3\n").find("`task` must be"), std::string::npos);
  EXPECT_NE(with(std::string("\0\xff\xfe", 3)).find(workspace_marker), std::string::npos);
  EXPECT_NE(with(std::string(1 << 20, 'x')).find("1048576 bytes"), std::string::npos);
  fs::remove(marker);
  fs::create_symlink("/etc/passwd", marker);
  EXPECT_NE(error().find("symbolic link"), std::string::npos);
  fs::remove(marker);
  ASSERT_EQ(::mkfifo(marker.c_str(), 0600), 0);
  EXPECT_NE(error().find("regular file"), std::string::npos);
  fs::remove(marker);
  fs::create_directory(marker);
  EXPECT_NE(error().find("regular file"), std::string::npos);
  EXPECT_EQ(with(whole), "no error");
  EXPECT_NE(error_of([&] { (void)open_workspace(place("nowhere")); }).find("mls start"), std::string::npos);
}

TEST_F(Workspaces, AMissingMethodCanBeHadBack) {
  const auto workspace = start(place());
  fs::remove(method_file(workspace));
  EXPECT_NE(error_of([&] { require_method(workspace); }).find("baselines"), std::string::npos);
  fs::create_symlink("/nowhere", method_file(workspace));
  EXPECT_NO_THROW(require_method(workspace));  // there is something; what it is decides the evaluation
}

}  // namespace
}  // namespace mls::trial
