// Control groups, where this machine lets us have them: a second bound on memory and number of processes.
//
// Resource limits (jail_main.cpp) already bound a single process; a group also bounds what several processes
// use together, and can tell that memory was what ended them. Nothing depends on groups: where none are
// offered, none are used.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mls::sandbox {

enum class GroupKind { v1_memory, v1_pids, v2 };

/// A folder in which groups could be made.
struct GroupParent {
  GroupKind kind;
  std::filesystem::path folder;
  bool operator==(const GroupParent&) const = default;
};

/// Where groups of our own could lie, from the texts of /proc/self/cgroup and /proc/self/mountinfo; for
/// version 2 from the own group upwards. What the kernel then permits is another question.
[[nodiscard]] std::vector<GroupParent> group_candidates(std::string_view own_groups, std::string_view mounts);

/// Those of this machine's candidates in which making, limiting and entering a group works: found out once,
/// by trying. Groups that killed harnesses left behind are removed on the way.
[[nodiscard]] const std::vector<GroupParent>& usable_group_parents();

/// Groups for one sandboxed program, removed when destroyed (the program must have ended by then).
class GroupLease {
 public:
  struct Limits {
    std::size_t memory_bytes;
    int processes;
  };

  GroupLease() = default;  ///< none
  /// Where making a group fails, does without it.
  GroupLease(const std::vector<GroupParent>& parents, Limits limits);
  ~GroupLease();
  GroupLease(GroupLease&&) noexcept = default;
  GroupLease& operator=(GroupLease&& other) noexcept;
  GroupLease(const GroupLease&) = delete;
  GroupLease& operator=(const GroupLease&) = delete;

  /// Folders to enter before the program starts.
  [[nodiscard]] const std::vector<std::filesystem::path>& folders() const { return folders_; }
  /// Whether the kernel killed a process of these groups because they were out of memory.
  [[nodiscard]] bool out_of_memory() const;

 private:
  std::vector<std::filesystem::path> folders_;
};

/// Removes groups in `parent` whose makers are dead. Returns how many.
int remove_stale_groups(const std::filesystem::path& parent);

}  // namespace mls::sandbox
