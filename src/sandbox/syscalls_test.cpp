// The table of system calls is well-formed, and docs/threat-model.md shows it. After changing the table run
// this test with MLS_UPDATE_DOCS=1 to rewrite the page's table.
#include "sandbox/syscalls.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <seccomp.h>

#include <cstring>
#include <string>

#include "sandbox/testing/documented_table.hpp"

namespace mls::sandbox {
namespace {

std::string cell(const Rule& rule, unsigned profile) {
  if ((rule.profiles & profile) == 0) return "";
  return rule.answer == Answer::allow ? "yes" : ::strerrorname_np(rule.error);
}

std::string documented_table() {
  std::string text =
      "| call | only when | method | preloaded | compiler | judge | why |\n|---|---|---|---|---|---|---|\n";
  for (const Rule& rule : rules)
    text += fmt::format("| `{}` | {} | {} | {} | {} | {} | {} |\n", rule.name, rule.when,
                        cell(rule, method_only), cell(rule, preloaded_only), cell(rule, compiler_only),
                        cell(rule, judge_only), rule.reason);
  return text;
}

TEST(SystemCalls, ThreatModelShowsTheTable) {
  expect_in_threat_model("<!-- table of system calls: written by syscalls_test -->\n", documented_table());
}

TEST(SystemCalls, EveryRowIsWellFormed) {
  for (const Rule& rule : rules) {
    EXPECT_GT(seccomp_syscall_resolve_name(rule.name), -1) << rule.name;
    EXPECT_NE(rule.profiles & everyone, 0u) << rule.name;
    EXPECT_GT(std::strlen(rule.reason), 0u) << rule.name;
    EXPECT_EQ(rule.answer == Answer::refuse, rule.error != 0) << rule.name;
    EXPECT_EQ(rule.conditions[0].mask != 0, std::strlen(rule.when) > 0) << rule.name;
    for (const Condition& condition : rule.conditions) {
      EXPECT_LT(condition.argument, 6u) << rule.name;
      EXPECT_EQ(condition.value & ~condition.mask, 0u) << rule.name;
    }
  }
}

TEST(SystemCalls, DangerousOnesHaveNoRow) {
  for (const char* name :
       {"ptrace",        "process_vm_readv", "bpf",   "perf_event_open", "userfaultfd", "io_uring_setup",
        "keyctl",        "add_key",          "mount", "unshare",         "setns",       "socket",
        "socketpair",    "connect",          "bind",  "memfd_create",    "shmget",      "msgget",
        "semget",        "mq_open",          "mknod", "mknodat",         "link",        "linkat",
        "symlink",       "symlinkat",        "kill",  "tkill",           "personality", "setrlimit",
        "clock_settime", "clone3",           "fork"})
    for (const Rule& rule : rules) EXPECT_STRNE(rule.name, name);
}

}  // namespace
}  // namespace mls::sandbox
