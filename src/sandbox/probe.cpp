// What `mls doctor` looks at: everything that running untrusted code depends on.
#include <fmt/format.h>

#include <chrono>
#include <fstream>

#include "core/error.hpp"
#include "core/locations.hpp"
#include "core/subprocess.hpp"
#include "sandbox/cgroup.hpp"
#include "sandbox/jail_protocol.hpp"
#include "sandbox/sandbox.hpp"

namespace mls::sandbox {
namespace {

namespace fs = std::filesystem;

std::optional<long> setting(const fs::path& file) {
  std::ifstream stream{file};
  long value = 0;
  if (stream >> value) return value;
  return std::nullopt;
}

Check program_check(const std::string& name, const std::string& program, const std::string& package) {
  if (const auto path = find_program(program))
    return {.name = name, .passed = true, .detail = path->string(), .remedy = {}};
  return {.name = name, .detail = program + " is not on PATH", .remedy = "sudo apt-get install " + package};
}

Check jail_check() {
  const fs::path jail = build_folder() / "bin" / "mls-jail";
  std::error_code ignored;
  if (fs::exists(jail, ignored))
    return {.name = "jail program", .passed = true, .detail = jail.string(), .remedy = {}};
  return {.name = "jail program",
          .detail = jail.string() + " is not there",
          .remedy = "build the target mls-jail"};
}

/// The jail itself serves as the sandboxed program: it is there in every sandbox.
Outcome run_jail(const char* mode) {
  Command command;
  command.argv = {jail_path, mode};
  command.limits.wall_s = 10;
  try {
    return run(command);
  } catch (const Error& error) {
    return {.detail = error.what(), .output = {}};
  }
}

Check namespace_check() {
  const auto start = std::chrono::steady_clock::now();
  const Outcome outcome = run_jail("--noop");
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  if (outcome.end == End::exited && outcome.code == 0)
    return {.name = "sandbox starts",
            .passed = true,
            .detail = fmt::format("in {:.1f} ms", took.count()),
            .remedy = {}};
  return {.name = "sandbox starts", .detail = outcome.detail, .remedy = sandbox_remedy()};
}

Check filter_check() {
  const Outcome outcome = run_jail("--forbidden");
  if (outcome.end == End::forbidden)
    return {
        .name = "system call filter", .passed = true, .detail = "a forbidden call is stopped", .remedy = {}};
  return {.name = "system call filter",
          .detail = "a forbidden call was not stopped: " + outcome.detail,
          .remedy = "use a kernel with CONFIG_SECCOMP_FILTER"};
}

Check group_check() {
  std::string found;
  for (const GroupParent& parent : usable_group_parents())
    found += (found.empty() ? "" : ", ") + parent.folder.string();
  if (!found.empty())
    return {.name = "control groups", .passed = true, .required = false, .detail = found, .remedy = {}};
  return {.name = "control groups",
          .required = false,
          .detail = "none that this user may use; resource limits alone apply",
          .remedy = "run as root, or inside `systemd-run --user --scope -p Delegate=yes`"};
}

Check processor_check() {
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return {.name = "AVX2 and FMA", .passed = true, .detail = "supported", .remedy = {}};
  return {.name = "AVX2 and FMA",
          .detail = "this processor lacks them",
          .remedy = "use an x86-64-v3 machine (Intel since 2013, AMD since 2015): others compute other bits"};
}

}  // namespace

std::string sandbox_remedy(const fs::path& proc_sys) {
  if (setting(proc_sys / "kernel/unprivileged_userns_clone") == 0)
    return "this kernel forbids user namespaces: sudo sysctl -w kernel.unprivileged_userns_clone=1";
  if (setting(proc_sys / "user/max_user_namespaces") == 0)
    return "this kernel allows no user namespaces: sudo sysctl -w user.max_user_namespaces=10000";
  if (setting(proc_sys / "kernel/apparmor_restrict_unprivileged_userns") == 1)
    return "AppArmor forbids user namespaces: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, "
           "or give bwrap "
           "a profile with `userns,`";
  return "user namespaces and mounts must be permitted; in a Docker container start it with --privileged";
}

std::vector<Check> probe() {
  return {program_check("bubblewrap", "bwrap", "bubblewrap"),
          jail_check(),
          namespace_check(),
          filter_check(),
          group_check(),
          processor_check(),
          program_check("compiler for methods", "clang++-19", "clang-19"),
          program_check("linker for methods", "ld.lld-19", "lld-19")};
}

}  // namespace mls::sandbox
