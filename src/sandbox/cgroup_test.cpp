#include "sandbox/cgroup.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "core/files.hpp"

namespace mls::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr char v1_mounts[] =
    "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
    "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
    "39 31 0:36 / /sys/fs/cgroup/pids rw,relatime shared:7 - cgroup cgroup rw,pids\n"
    "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n";

TEST(GroupCandidates, Version1WithOneFolderAController) {
  const auto found = group_candidates("8:pids:/\n4:memory:/a/b\n0::/\n", v1_mounts);
  EXPECT_EQ(found, (std::vector<GroupParent>{{GroupKind::v1_memory, "/sys/fs/cgroup/memory/a/b"},
                                             {GroupKind::v1_pids, "/sys/fs/cgroup/pids/"}}));
}

TEST(GroupCandidates, SharedHierarchyAndContainerRoot) {
  const auto found = group_candidates("4:cpu,memory:/docker/x/y\n",
                                      "35 31 0:32 /docker/x /cg/both rw - cgroup cgroup rw,cpu,memory\n");
  EXPECT_EQ(found, (std::vector<GroupParent>{{GroupKind::v1_memory, "/cg/both/y"}}));
}

TEST(GroupCandidates, Version2FromTheOwnGroupUpwards) {
  const auto found = group_candidates("0::/user.slice/app.slice/x.scope\n",
                                      "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n");
  EXPECT_EQ(found, (std::vector<GroupParent>{{GroupKind::v2, "/sys/fs/cgroup/user.slice/app.slice/x.scope"},
                                             {GroupKind::v2, "/sys/fs/cgroup/user.slice/app.slice"},
                                             {GroupKind::v2, "/sys/fs/cgroup/user.slice"},
                                             {GroupKind::v2, "/sys/fs/cgroup"}}));
}

TEST(GroupCandidates, NothingFromNonsense) {
  EXPECT_TRUE(group_candidates("", "").empty());
  EXPECT_TRUE(group_candidates("4:memory:/a\n", "").empty());
  EXPECT_TRUE(group_candidates("4:memory:/outside\n", "35 31 0:32 /inside /cg rw - cgroup cgroup rw,memory\n")
                  .empty());
  EXPECT_TRUE(group_candidates("::\nx\n:\n", "a b c\n-\n- cgroup\n").empty());
}

TEST(StaleGroups, ThoseOfDeadMakersAreRemoved) {
  const TemporaryFolder parent;
  const auto make = [&](const std::string& name) { fs::create_directory(parent.path() / name); };
  std::ifstream stat{"/proc/self/stat"};
  std::string field;
  for (int i = 0; i < 22; ++i) stat >> field;  // the name of this program holds no blank
  const std::string alive = "mls-" + std::to_string(::getpid()) + "-" + field + "-0";
  make(alive);
  make("mls-" + std::to_string(::getpid()) + "-1-0");  // the number was another process's before
  make("mls-4194303-5-0");
  make("mls-x-5-0");
  make("mls-nonsense");
  make("other");
  EXPECT_EQ(remove_stale_groups(parent.path()), 2);
  for (const std::string& name :
       {alive, std::string{"mls-x-5-0"}, std::string{"mls-nonsense"}, std::string{"other"}})
    EXPECT_TRUE(fs::exists(parent.path() / name)) << name;
}

TEST(GroupLease, MakesLimitsAndRemovesGroups) {
  if (usable_group_parents().empty()) GTEST_SKIP() << "this machine offers none to this user";
  std::vector<fs::path> folders;
  {
    const GroupLease lease{usable_group_parents(), {.memory_bytes = std::size_t{64} << 20, .processes = 5}};
    folders = lease.folders();
    EXPECT_EQ(folders.size(), usable_group_parents().size());
    EXPECT_FALSE(lease.out_of_memory());
    for (const fs::path& folder : folders) EXPECT_TRUE(fs::exists(folder / "cgroup.procs"));
  }
  for (const fs::path& folder : folders) EXPECT_FALSE(fs::exists(folder));
}

TEST(GroupLease, DoesWithoutWhereItCannot) {
  const GroupLease lease{{{GroupKind::v2, "/no/such/folder"}}, {.memory_bytes = 1, .processes = 1}};
  EXPECT_TRUE(lease.folders().empty());
  EXPECT_FALSE(lease.out_of_memory());
}

}  // namespace
}  // namespace mls::sandbox
