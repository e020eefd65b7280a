// The table of what agents may not call is well-formed and documented, and the filter that is made of it
// holds: here for one process, in a whole sandbox in tests/agents_test.cpp. To rewrite the page's table:
// MLS_UPDATE_DOCS=1.
#include "sandbox/agent_filter.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "sandbox/agent_syscalls.hpp"
#include "sandbox/testing/documented_table.hpp"

namespace mls::sandbox {
namespace {

std::vector<sock_filter> program() {
  const Descriptor file = agent_filter();
  struct stat status{};
  EXPECT_EQ(::fstat(file.get(), &status), 0);
  std::vector<sock_filter> steps(static_cast<std::size_t>(status.st_size) / sizeof(sock_filter));
  EXPECT_EQ(::read(file.get(), steps.data(), steps.size() * sizeof(sock_filter)), status.st_size);
  return steps;
}

/// What `call` returns in a process under the filter; a signal comes back negative.
int filtered(const std::function<int()>& call) {
  std::vector<sock_filter> steps = program();
  const pid_t pid = ::fork();
  if (pid == 0) {
    const sock_fprog whole{static_cast<unsigned short>(steps.size()), steps.data()};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &whole) != 0)
      ::_exit(255);
    ::_exit(call());
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int error_of(long number, long first = 0, long second = 0) {
  return filtered([=] {
    errno = 0;
    return ::syscall(number, first, second, 0, 0, 0) < 0 ? errno : 0;
  });
}

TEST(AgentFilter, ThreatModelShowsTheTable) {
  std::string table = "| call | only when | error | why |\n|---|---|---|---|\n";
  for (const Rule& rule : agent_denials) {
    table += fmt::format("| `{}` | {} | {} | {} |\n", rule.name, rule.when, ::strerrorname_np(rule.error),
                         rule.reason);
  }
  expect_in_threat_model("<!-- table of refused calls: written by agent_filter_test -->\n", table);
}

TEST(AgentFilter, RefusesEveryRow) {
  for (const Rule& rule : agent_denials) {
    ASSERT_EQ(rule.answer, Answer::refuse) << rule.name;
    long arguments[2] = {};
    if (rule.conditions[0].mask != 0) {
      ASSERT_LT(rule.conditions[0].argument, 2U) << rule.name;
      arguments[rule.conditions[0].argument] = static_cast<long>(rule.conditions[0].value);
    }
    const int number = ::seccomp_syscall_resolve_name(rule.name);
    ASSERT_GE(number, 0) << rule.name;
    EXPECT_EQ(error_of(number, arguments[0], arguments[1]), rule.error) << rule.name;
  }
}

TEST(AgentFilter, RefusesWhatIsNewerThanTheTable) {
  for (const int number : {first_unknown_call, 460, last_unknown_call})
    EXPECT_EQ(error_of(number), ENOSYS) << number;
  EXPECT_LT(::seccomp_syscall_resolve_name("futex_waitv"), first_unknown_call);
}

TEST(AgentFilter, LetsSocketsBeOfFourFamilies) {
  for (const int family : agent_socket_families)
    EXPECT_EQ(error_of(SYS_socket, family, family == AF_NETLINK ? SOCK_RAW : SOCK_STREAM), 0) << family;
  for (const int family : {AF_VSOCK, AF_PACKET, AF_ALG, AF_X25, AF_KEY, 0, 63, 64, 65, 1000})
    EXPECT_EQ(error_of(SYS_socket, family, SOCK_STREAM), EAFNOSUPPORT) << family;
}

TEST(AgentFilter, OtherInstructionSetsEnd) { EXPECT_EQ(error_of(0x40000000 + SYS_getpid), -SIGSYS) << "x32"; }

TEST(AgentFilter, LetsProgramsStartThreadsAndPrograms) {
  EXPECT_EQ(filtered([] {
              int from_thread = 0;
              std::thread([&] { from_thread = 7; }).join();
              return from_thread == 7 ? std::system("test $(echo 5) = 5") : 1;
            }),
            0);
}

}  // namespace
}  // namespace mls::sandbox
