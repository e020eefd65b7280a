#include "sandbox/cgroup.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>
#include <thread>

#include "core/locations.hpp"
#include "core/subprocess.hpp"
#include "sandbox/descriptor.hpp"

namespace mls::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view group_prefix = "mls-";

std::vector<std::string> words(const std::string& line) {
  std::istringstream stream{line};
  std::vector<std::string> result;
  for (std::string word; stream >> word;) result.push_back(word);
  return result;
}

std::vector<std::string> lines(std::string_view text) {
  std::istringstream stream{std::string{text}};
  std::vector<std::string> result;
  for (std::string line; std::getline(stream, line);) result.push_back(line);
  return result;
}

bool has_word(const std::string& list, std::string_view word, char separator) {
  return fmt::format("{0}{1}{0}", separator, list).find(fmt::format("{0}{1}{0}", separator, word)) !=
         std::string::npos;
}

/// Files of /proc and /sys have no size, so that they are read until their end.
std::string slurp(const fs::path& path) {
  std::ifstream file{path};
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

bool put(const fs::path& path, const std::string& value) {
  const Descriptor file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
  return file.open() && ::write(file.get(), value.data(), value.size()) == static_cast<ssize_t>(value.size());
}

/// Our group in the hierarchy that has `controller` ("" = version 2).
std::optional<std::string> own_group(std::string_view own_groups, std::string_view controller) {
  for (const std::string& line : lines(own_groups)) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (controller.empty() ? controllers.empty() : has_word(controllers, controller, ','))
      return line.substr(second + 1);
  }
  return std::nullopt;
}

struct GroupMount {
  fs::path root;   // which group lies at `point`
  fs::path point;  // where
};

std::optional<GroupMount> group_mount(std::string_view mounts, std::string_view controller) {
  for (const std::string& line : lines(mounts)) {
    const std::vector<std::string> fields = words(line);
    const auto dash = std::find(fields.begin(), fields.end(), "-");
    if (fields.size() < 5 || std::distance(dash, fields.end()) < 4) continue;
    const bool match = controller.empty() ? *(dash + 1) == "cgroup2"
                                          : *(dash + 1) == "cgroup" && has_word(*(dash + 3), controller, ',');
    if (match) return GroupMount{fields[3], fields[4]};
  }
  return std::nullopt;
}

/// Folder of our own group; nothing when the mount does not show it.
std::optional<fs::path> own_folder(std::string_view own_groups, std::string_view mounts,
                                   std::string_view controller) {
  const auto group = own_group(own_groups, controller);
  const auto mount = group_mount(mounts, controller);
  if (!group || !mount) return std::nullopt;
  const fs::path inside = fs::path{*group}.lexically_relative(mount->root);
  if (inside.empty() || *inside.begin() == "..") return std::nullopt;
  return (mount->point / inside).lexically_normal();
}

/// Start time of a process in clock ticks since boot: with its number it names a process for good.
std::string start_time(const std::string& pid) {
  const std::string stat = slurp(fs::path{"/proc"} / pid / "stat");
  const auto name_end = stat.rfind(')');
  if (name_end == std::string::npos) return {};
  const std::vector<std::string> fields = words(stat.substr(name_end + 1));
  return fields.size() > 19 ? fields[19] : std::string{};
}

/// Unique on this machine: maker, its start time, a counter.
std::string group_name() {
  static std::atomic<unsigned> counter{0};
  const std::string pid = std::to_string(::getpid());
  return fmt::format("{}{}-{}-{}", group_prefix, pid, start_time(pid), counter++);
}

bool limit_group(GroupKind kind, const fs::path& folder, GroupLease::Limits limits) {
  const std::string memory = std::to_string(limits.memory_bytes);
  const std::string processes = std::to_string(limits.processes);
  switch (kind) {
    case GroupKind::v1_memory:
      // The swap files exist only where the kernel counts swap.
      if (!put(folder / "memory.limit_in_bytes", memory)) return false;
      put(folder / "memory.memsw.limit_in_bytes", memory);
      put(folder / "memory.swappiness", "0");
      return true;
    case GroupKind::v1_pids:
      return put(folder / "pids.max", processes);
    case GroupKind::v2:
      put(folder / "memory.swap.max", "0");
      return put(folder / "memory.max", memory) && put(folder / "pids.max", processes);
  }
  return false;
}

bool remove_group(const fs::path& folder) { return ::rmdir(folder.c_str()) == 0 || errno == ENOENT; }

/// Whether a process can be moved into a group there.
bool can_enter(const GroupParent& parent) {
  const std::string jail = (build_folder() / "bin" / "mls-jail").string();
  if (::access(jail.c_str(), X_OK) != 0) return false;
  const GroupLease trial{{parent}, {.memory_bytes = std::size_t{64} << 20, .processes = 8}};
  if (trial.folders().empty()) return false;
  Command command;
  command.argv = {jail, "--enter", trial.folders()[0].string(), "--", jail, "--noop"};
  command.timeout_s = 10;
  return run_command(command).ok();
}

std::vector<GroupParent> find_usable() {
  std::vector<GroupParent> usable;
  const auto have = [&](GroupKind kind) {
    return std::any_of(usable.begin(), usable.end(),
                       [&](const GroupParent& parent) { return parent.kind == kind; });
  };
  for (const GroupParent& parent :
       group_candidates(slurp("/proc/self/cgroup"), slurp("/proc/self/mountinfo"))) {
    if (::access(parent.folder.c_str(), W_OK) != 0 || have(parent.kind)) continue;
    remove_stale_groups(parent.folder);
    if (can_enter(parent)) usable.push_back(parent);
  }
  return usable;
}

}  // namespace

std::vector<GroupParent> group_candidates(std::string_view own_groups, std::string_view mounts) {
  std::vector<GroupParent> found;
  if (const auto folder = own_folder(own_groups, mounts, "memory"))
    found.push_back({GroupKind::v1_memory, *folder});
  if (const auto folder = own_folder(own_groups, mounts, "pids"))
    found.push_back({GroupKind::v1_pids, *folder});
  // In version 2 a group that holds processes has no children with controllers, so that ours are rather its
  // siblings, or siblings of one further up.
  const auto mount = group_mount(mounts, "");
  if (const auto folder = own_folder(own_groups, mounts, ""); folder && mount && found.empty()) {
    const fs::path& top = mount->point;
    for (fs::path parent = *folder;; parent = parent.parent_path()) {
      found.push_back({GroupKind::v2, parent});
      if (parent == top || parent == parent.root_path()) break;
    }
  }
  return found;
}

const std::vector<GroupParent>& usable_group_parents() {
  static const std::vector<GroupParent> usable = find_usable();
  return usable;
}

GroupLease::GroupLease(const std::vector<GroupParent>& parents, Limits limits) {
  const std::string name = group_name();
  for (const GroupParent& parent : parents) {
    const fs::path folder = parent.folder / name;
    if (::mkdir(folder.c_str(), 0755) != 0) continue;
    if (limit_group(parent.kind, folder, limits)) {
      folders_.push_back(folder);
    } else {
      remove_group(folder);
    }
  }
}

GroupLease& GroupLease::operator=(GroupLease&& other) noexcept {
  std::swap(folders_, other.folders_);
  return *this;
}

GroupLease::~GroupLease() {
  // The last process may still be on its way out of the group. What stays is removed as stale by a later
  // harness.
  for (const fs::path& folder : folders_)
    for (int attempt = 0; attempt < 50 && !remove_group(folder); ++attempt)
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
}

bool GroupLease::out_of_memory() const {
  for (const fs::path& folder : folders_) {
    for (const char* file : {"memory.events", "memory.oom_control"})
      for (const std::string& line : lines(slurp(folder / file)))
        if (const auto fields = words(line);
            fields.size() == 2 && fields[0] == "oom_kill" && fields[1] != "0")
          return true;
  }
  return false;
}

int remove_stale_groups(const fs::path& parent) {
  int removed = 0;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator{parent, ignored}) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(group_prefix)) continue;
    const auto end = name.find('-', group_prefix.size());
    const auto second = end == std::string::npos ? end : name.find('-', end + 1);
    if (second == std::string::npos) continue;
    const std::string pid = name.substr(group_prefix.size(), end - group_prefix.size());
    const std::string start = name.substr(end + 1, second - end - 1);
    // Only empty groups can be removed, so that a mistake here could do no harm.
    if (pid.find_first_not_of("0123456789") == std::string::npos && start_time(pid) != start &&
        remove_group(entry.path()))
      ++removed;
  }
  return removed;
}

}  // namespace mls::sandbox
