// mls-jail: process 1 inside a sandbox. Sets the limits, starts the program under its system call filter,
// kills it when asked to or when its wall time is over, reaps it, and reports how it ended.
//
// Theory of operation: bwrap has made the namespaces and mounts and executes this program as process 1
// (static, because nothing else exists in there). It forks the program as process 2. Everything else in the
// namespace dies with process 1, which ends as soon as process 2 has. The link to the harness
// (jail_protocol.hpp) is closed in the child before the filter is loaded, so the program can neither forge
// nor suppress a report; it cannot signal process 1 either: its filter allows tgkill to itself alone, and the
// kernel drops signals to a process 1 that does not handle them. The link closing, because the harness asks
// or because it is dead, kills everything.
//
// Second form, outside any sandbox: `mls-jail --enter GROUP... -- COMMAND...` moves itself into control
// groups and becomes COMMAND. Third: `--noop` and `--forbidden`, what `mls doctor` runs as sandboxed
// programs.
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/personality.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/jail.hpp"
#include "sandbox/jail_protocol.hpp"

namespace mls::sandbox {
namespace {

bool keep_only(const std::vector<int>& descriptors) {
  if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) != 0) return false;
  return std::all_of(descriptors.begin(), descriptors.end(),
                     [](int fd) { return fcntl(fd, F_SETFD, 0) == 0; });
}

// The same addresses in every run: what a method computes from a pointer is then reproducible too.
bool fix_addresses(unsigned profile) {
  return profile != method_only || personality(ADDR_NO_RANDOMIZE) != -1;
}

[[noreturn]] void become_program(const Order& order, int errors) {
  if (getpid() != program_pid) {
    errno = EINVAL;
    fail_in_child(errors, "becoming process 2");
  }
  const int program = open(order.argv[0], O_PATH | O_CLOEXEC);
  if (program < 0 || dup3(program, program_descriptor, O_CLOEXEC) < 0)
    fail_in_child(errors, "opening the program");
  if (!keep_only(order.descriptors)) fail_in_child(errors, "closing descriptors");
  close(link_descriptor);
  if (!fix_addresses(order.profile)) fail_in_child(errors, "fixing addresses");
  confine(order, errors);
  execveat(program_descriptor, "", order.argv, const_cast<char* const*>(order.environment.data()),
           AT_EMPTY_PATH);
  fail_in_child(errors, loading_step);
}

int enter_groups(int argc, char** argv) {
  int i = 2;
  for (; i < argc && std::string_view{argv[i]} != "--"; ++i) {
    const std::string members = std::string{argv[i]} + "/cgroup.procs";
    const int fd = open(members.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, "0", 1) != 1) {
      std::fprintf(stderr, "mls-jail: cannot enter %s: %s\n", argv[i], std::strerror(errno));
      return 126;
    }
    close(fd);
  }
  if (i + 1 >= argc) return 2;
  execv(argv[i + 1], argv + i + 1);
  std::fprintf(stderr, "mls-jail: cannot start %s: %s\n", argv[i + 1], std::strerror(errno));
  return 127;
}

}  // namespace

int jail(int argc, char** argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "";
  if (mode == "--noop") return 0;
  if (mode == "--forbidden") return socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? 1 : 0;
  if (mode == "--enter") return enter_groups(argc, argv);
  if (getpid() != 1) {
    std::fprintf(stderr, "mls-jail is started by mls inside a sandbox; it is of no use alone\n");
    return 2;
  }
  return run_program(parse_order(argc, argv), become_program);
}

}  // namespace mls::sandbox

int main(int argc, char** argv) { return mls::sandbox::jail(argc, argv); }
