// The zygote; see zygote.hpp. Compiled and linked by `mls` itself (evaluate/torch.hpp), dynamically.
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>

#include "sandbox/jail.hpp"
#include "sandbox/jail_protocol.hpp"
#include "sandbox/zygote.hpp"

namespace mls::sandbox {
namespace {

constexpr int spare_descriptor = 200;  // above every number that a request may name

struct Request {
  char bytes[most_request_bytes];
  int size = 0;
  int descriptors[most_request_descriptors];
  int count = 0;
};

/// False when the harness has closed its end.
bool receive(Request& request) {
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof request.descriptors)];
  iovec part{request.bytes, sizeof request.bytes};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t got = 0;
  do got = recvmsg(control_descriptor, &message, MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  if (got <= 0) return false;
  request.size = static_cast<int>(got);
  request.count = 0;
  const cmsghdr* const header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS) return true;
  const std::size_t bytes = header->cmsg_len - CMSG_LEN(0);
  std::memcpy(request.descriptors, CMSG_DATA(header), bytes);
  request.count = static_cast<int>(bytes / sizeof(int));
  return true;
}

/// In a fresh keeper: every descriptor at its place; the one of the control socket is gone.
void place_descriptors(const Request& request, const Order& order, int groups) {
  for (int i = 0; i < request.count; ++i)
    if (dup2(request.descriptors[i], spare_descriptor + i) < 0 || close(request.descriptors[i]) != 0)
      _exit(1);
  const auto place = [](int from, int to) {
    if (dup2(spare_descriptor + from, to) < 0) _exit(1);
  };
  place(0, link_descriptor);
  close(control_descriptor);
  place(1, STDOUT_FILENO);
  place(1, STDERR_FILENO);
  for (int i = 0; i < groups; ++i)
    if (write(spare_descriptor + 2 + i, "0", 1) != 1) fail_setup("entering a control group", errno);
  for (std::size_t i = 0; i < order.descriptors.size(); ++i)
    place(2 + groups + static_cast<int>(i), order.descriptors[i]);
}

/// Really, not on exec: there is none.
void close_all_but(const std::vector<int>& wanted) {
  for (int fd = 3; fd < spare_descriptor; ++fd)
    if (std::find(wanted.begin(), wanted.end(), fd) == wanted.end()) close(fd);
  close_range(spare_descriptor, ~0U, 0);
}

/// The keeper's user namespace came with all of them.
bool give_up_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct none[2]{};
  return syscall(SYS_capset, &header, none) == 0;
}

void become_program(const Order& order, int errors) {
  if (getpid() != program_pid) {
    errno = EINVAL;
    fail_in_child(errors, "becoming process 2");
  }
  if (!give_up_capabilities()) fail_in_child(errors, "giving up capabilities");
  prctl(PR_SET_PDEATHSIG, 0);
  const int copy = dup3(errors, spare_descriptor - 1, O_CLOEXEC);
  std::vector<int> wanted = order.descriptors;
  wanted.push_back(copy);
  close_all_but(wanted);
  begin_run(order.profile == judge_only);
  confine(order, copy);
  close(copy);
  // From here on the method's own code may run: constructors, then main.
  void* const method = dlopen(order.argv[0], RTLD_NOW | RTLD_LOCAL);
  void* const entry = method == nullptr ? nullptr : dlsym(method, entry_point);
  if (entry == nullptr) {
    std::fprintf(stderr, "mls: the method cannot be loaded: %s\n", dlerror());
    _exit(1);
  }
  int words = 0;
  while (order.argv[words] != nullptr) ++words;
  const int code = reinterpret_cast<int (*)(int, char**)>(entry)(words, order.argv);
  std::fflush(nullptr);
  // Without destructors: those of the libraries would take longer than many a run.
  _exit(code);
}

/// argv as the jail has it, over the bytes of the request.
int words_of(Request& request, char** argv, int most) {
  int count = 0;
  argv[count++] = request.bytes;
  for (char* at = request.bytes + 1; at < request.bytes + request.size && count < most;
       at += std::strlen(at) + 1)
    argv[count++] = at;
  argv[count] = nullptr;
  return count;
}

[[noreturn]] void keep(Request& request) {
  constexpr int most_words = 256;
  static char* argv[most_words + 1];
  signal(SIGCHLD, SIG_DFL);
  const int count = words_of(request, argv, most_words);
  const Order order = parse_order(count, argv);
  place_descriptors(request, order, request.bytes[0] - '0');
  for (int i = 0; i < request.count; ++i) close(spare_descriptor + i);
  _exit(run_program(order, become_program));
}

void report_failure(const Request& request, const char* step) {
  Report report{.kind = ReportKind::setup_failed, .error = errno};
  std::strncpy(report.step, step, sizeof report.step - 1);
  if (request.count > 0) (void)!send(request.descriptors[0], &report, sizeof report, MSG_NOSIGNAL);
}

void serve() {
  static Request request;
  while (receive(request)) {
    // A plain fork otherwise: there is one thread, and the keeper makes no use of what fork would tell the C
    // library.
    const long keeper = syscall(SYS_clone, CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWIPC | SIGCHLD, nullptr,
                                nullptr, nullptr, nullptr);
    if (keeper == 0) keep(request);
    if (keeper < 0) report_failure(request, "making namespaces for a run");
    for (int i = 0; i < request.count; ++i) close(request.descriptors[i]);
  }
}

}  // namespace

int zygote(char** argv) {
  if (getpid() != 1) {
    std::fprintf(stderr, "the zygote is started by mls inside a sandbox; it is of no use alone\n");
    return 2;
  }
  // The same addresses in every run, as the jail has it for others; takes effect with the next start.
  if ((personality(0xffffffff) & ADDR_NO_RANDOMIZE) == 0) {
    personality(ADDR_NO_RANDOMIZE);
    execv(argv[0], argv);
    return 127;
  }
  prctl(PR_SET_DUMPABLE, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGCHLD, SIG_IGN);  // keepers need no burial
  try {
    preload();
  } catch (const std::exception& error) {
    // Caught here because process 1 cannot abort.
    std::fprintf(stderr, "%.*s\n", static_cast<int>(std::strcspn(error.what(), "\n")), error.what());
    return 1;
  }
  if (send(control_descriptor, "r", 1, MSG_NOSIGNAL) != 1) return 1;
  serve();
  return 0;
}

}  // namespace mls::sandbox

int main(int, char** argv) { return mls::sandbox::zygote(argv); }
