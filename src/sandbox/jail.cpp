#include "sandbox/jail.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string_view>

#include "sandbox/jail_protocol.hpp"
#include "sandbox/seccomp_rule.hpp"

namespace mls::sandbox {
namespace {

// How far the start came; travels from the child to the jail when it fails.
struct Failure {
  int error;
  char step[sizeof(Report::step)];
};

void send_report(const Report& report) {
  // Nobody to tell when this fails: the harness is dead.
  (void)!send(link_descriptor, &report, sizeof report, MSG_NOSIGNAL);
}

std::uint64_t number(const char* text) { return std::strtoull(text, nullptr, 10); }

unsigned profile_named(std::string_view name) {
  if (name == "method") return method_only;
  if (name == "preloaded") return preloaded_only;
  return name == "compiler" ? compiler_only : judge_only;
}

bool limit(__rlimit_resource_t resource, std::uint64_t soft, std::uint64_t hard) {
  const rlimit value{soft, hard};
  return setrlimit(resource, &value) == 0;
}

bool limit(__rlimit_resource_t resource, std::uint64_t most) {
  // The hard limit we were started with may be lower still.
  rlimit now{};
  if (getrlimit(resource, &now) != 0) return false;
  const std::uint64_t value = std::min<std::uint64_t>(most, now.rlim_max);
  return limit(resource, value, value);
}

// The kernel's own limit counts clock ticks and is off by a quarter on a busy machine. So it only guards
// children of the compiler, from afar; the limit proper is kept by `watch`.
bool set_cpu_limit(std::int64_t cpu_ms) {
  const auto seconds = static_cast<std::uint64_t>(cpu_ms * 3 / 2000 + 2);
  return limit(RLIMIT_CPU, seconds, seconds + 1);
}

// What is mapped already, found by how much a limit must leave for one page more: there is no /proc to ask.
std::uint64_t address_space_in_use() {
  constexpr std::uint64_t page = 4096;
  rlimit before{};
  getrlimit(RLIMIT_AS, &before);
  std::uint64_t low = 0;
  std::uint64_t high = std::uint64_t{1} << 47;
  while (high - low > page) {
    const std::uint64_t middle = (low + high) / 2 / page * page;
    const rlimit tried{middle, before.rlim_max};
    setrlimit(RLIMIT_AS, &tried);
    void* const got = mmap(nullptr, page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (got != MAP_FAILED) munmap(got, page);
    (got == MAP_FAILED ? low : high) = middle;
  }
  setrlimit(RLIMIT_AS, &before);
  return low;
}

// A preloaded program's libraries are ours, not its: it may use as much besides them as any other method.
bool set_memory_limit(const Order& order) {
  if (order.memory_bytes == 0) return true;
  const std::uint64_t preloaded = order.profile == preloaded_only ? address_space_in_use() : 0;
  return limit(RLIMIT_AS, preloaded + order.memory_bytes);
}

bool set_limits(const Order& order) {
  constexpr std::uint64_t stack_bytes = std::uint64_t{64} << 20;
  const bool method = (order.profile & methods) != 0;
  // A core limit of exactly 1 also keeps the kernel from starting a crash handler (core_pattern "|..."):
  // core(5).
  return limit(RLIMIT_CORE, 1) && set_cpu_limit(order.cpu_ms) && limit(RLIMIT_STACK, stack_bytes) &&
         limit(RLIMIT_FSIZE, order.file_bytes) && limit(RLIMIT_NOFILE, order.open_files) &&
         limit(RLIMIT_MEMLOCK, 0) && limit(RLIMIT_MSGQUEUE, 0) && limit(RLIMIT_NPROC, method ? 1 : 64) &&
         set_memory_limit(order);
}

// A method that makes any other call dies by SIGSYS (its handler may still say which). Tools get ENOSYS
// instead, as from an older kernel: their libraries then fall back on older calls.
bool load_filter(unsigned profile) {
  scmp_filter_ctx filter = seccomp_init((profile & methods) != 0 ? SCMP_ACT_TRAP : SCMP_ACT_ERRNO(ENOSYS));
  if (filter == nullptr) return false;
  bool good = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0 &&
              seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0;
  for (const Rule& rule : rules)
    if ((rule.profiles & profile) != 0) good = good && add_rule(filter, rule);
  return good && seccomp_load(filter) == 0;  // also sets PR_SET_NO_NEW_PRIVS
}

bool pin(int cpu) {
  if (cpu < 0) return true;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(cpu), &set);
  return sched_setaffinity(0, sizeof set, &set) == 0;
}

std::int64_t read_us(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

std::int64_t now_us() { return read_us(CLOCK_MONOTONIC); }

std::int64_t microseconds(const timeval& time) {
  return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec;
}

// Blocks until the program has ended or must be killed; says why in the latter case. A program of one thread
// cannot use up what is left of its CPU time in less wall time than that, so that looking again then costs
// nothing.
KillReason watch(pid_t child, int program, const Order& order, std::int64_t start_us) {
  constexpr std::int64_t shortest_look_us = 10'000;
  clockid_t cpu_clock{};
  if (clock_getcpuclockid(child, &cpu_clock) != 0) fail_setup("finding the program's clock", errno);
  pollfd watched[2] = {{program, POLLIN, 0}, {link_descriptor, POLLIN | POLLRDHUP, 0}};
  while (true) {
    const std::int64_t wall_left_us = start_us + order.wall_ms * 1000 - now_us();
    if (wall_left_us <= 0) return KillReason::wall_limit;
    const std::int64_t cpu_left_us = order.cpu_ms * 1000 - read_us(cpu_clock);
    if (cpu_left_us < 0) return KillReason::cpu_limit;
    const std::int64_t left_us = std::min(wall_left_us, std::max(cpu_left_us, shortest_look_us));
    const int ready = poll(watched, 2, static_cast<int>(std::min<std::int64_t>(left_us / 1000 + 1, 1 << 30)));
    if (ready < 0 && errno != EINTR) return KillReason::requested;
    if (ready > 0) return watched[0].revents != 0 ? KillReason::none : KillReason::requested;
  }
}

}  // namespace

[[noreturn]] void fail_setup(const char* step, int error) {
  Report report{.kind = ReportKind::setup_failed, .error = error};
  std::strncpy(report.step, step, sizeof report.step - 1);
  send_report(report);
  _exit(1);
}

[[noreturn]] void fail_in_child(int errors, const char* step) {
  Failure failure{.error = errno, .step = {}};
  std::strncpy(failure.step, step, sizeof failure.step - 1);
  (void)!write(errors, &failure, sizeof failure);
  _exit(1);
}

Order parse_order(int argc, char** argv) {
  Order order;
  int i = 1;
  for (; i + 1 < argc && std::string_view{argv[i]} != "--"; i += 2) {
    const std::string_view key = argv[i];
    char* const value = argv[i + 1];
    if (key == "--profile") {
      order.profile = profile_named(value);
    } else if (key == "--wall-ms") {
      order.wall_ms = static_cast<std::int64_t>(number(value));
    } else if (key == "--cpu-ms") {
      order.cpu_ms = static_cast<std::int64_t>(number(value));
    } else if (key == "--memory") {
      order.memory_bytes = number(value);
    } else if (key == "--file") {
      order.file_bytes = number(value);
    } else if (key == "--open-files") {
      order.open_files = number(value);
    } else if (key == "--cpu") {
      order.cpu = static_cast<int>(number(value));
    } else if (key == "--fd") {
      order.descriptors.push_back(static_cast<int>(number(value)));
    } else if (key == "--env") {
      order.environment.push_back(value);
    } else {
      fail_setup("reading its arguments", EINVAL);
    }
  }
  order.environment.push_back(nullptr);
  if (i + 1 >= argc) fail_setup("reading its arguments", EINVAL);
  order.argv = argv + i + 1;
  return order;
}

void confine(const Order& order, int errors) {
  if (!pin(order.cpu)) fail_in_child(errors, "pinning to a core");
  if (!set_limits(order)) fail_in_child(errors, "setting limits");
  if (!load_filter(order.profile)) fail_in_child(errors, "loading the system call filter");
}

int run_program(const Order& order, BecomeProgram become_program) {
  prctl(PR_SET_DUMPABLE, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // bwrap outside is our parent: the harness may end us by ending it
  int errors[2];
  if (pipe2(errors, O_CLOEXEC) != 0) fail_setup("making a pipe", errno);
  const std::int64_t start_us = now_us();
  const pid_t child = fork();
  if (child < 0) fail_setup("forking", errno);
  if (child == 0) become_program(order, errors[1]);
  close(errors[1]);
  for (const int fd : order.descriptors) close(fd);  // or the judge would not see the program's end as an end
  const int program = static_cast<int>(syscall(SYS_pidfd_open, child, 0));
  if (program < 0) fail_setup("watching the program", errno);

  Report report;
  report.kill_reason = watch(child, program, order, start_us);
  if (report.kill_reason != KillReason::none) kill(-1, SIGKILL);
  rusage usage{};
  while (wait4(child, &report.wait_status, 0, &usage) < 0)
    if (errno != EINTR) fail_setup("waiting for the program", errno);
  report.wall_us = now_us() - start_us;
  report.cpu_us = microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
  report.peak_kib = usage.ru_maxrss;

  Failure failure{};
  if (read(errors[0], &failure, sizeof failure) == sizeof failure) fail_setup(failure.step, failure.error);
  send_report(report);
  return 0;
}

}  // namespace mls::sandbox
