// What sandbox_test runs inside sandboxes: each word does one thing that a hostile or broken method could do.
// Exit status 0 means the thing was possible; a refused attempt exits 1 with errno on stdout, unless it
// kills.
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <new>
#include <string>
#include <thread>
#include <vector>

extern char** environ;

namespace {

using Action = int (*)(const char* argument);

int tell(long result) {
  if (result >= 0) return 0;
  std::printf("errno=%d\n", errno);
  return 1;
}

void name_forbidden_call(int, siginfo_t* info, void*) {
  char line[64];
  const int length = std::snprintf(line, sizeof line, "mls: forbidden system call %d\n", info->si_syscall);
  (void)!write(STDERR_FILENO, line, static_cast<std::size_t>(length));
  signal(SIGSYS, SIG_DFL);
  raise(SIGSYS);  // blocked until this handler returns
}

void handle_forbidden_calls() {
  struct sigaction action{};
  action.sa_sigaction = &name_forbidden_call;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSYS, &action, nullptr);
}

[[noreturn]] void no_memory() {
  (void)!write(STDERR_FILENO, "mls: out of memory\n", 19);
  _exit(86);
}

int spin(const char*) {
  while (true) asm volatile("");
}

int allocate(const char*) {
  std::vector<char*> blocks;
  while (true) {
    blocks.push_back(new char[1 << 20]);
    std::memset(blocks.back(), 1, 1 << 20);
  }
}

int allocate_with_handler(const char*) {
  std::set_new_handler(&no_memory);
  return allocate(nullptr);
}

// Memory a process maps without a bound on addresses.
int map_and_touch(const char*) {
  constexpr std::size_t block = 16 << 20;
  while (true) {
    void* const memory = mmap(nullptr, block, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return tell(-1);
    std::memset(memory, 1, block);
  }
}

int overflow_stack(const char* text) {
  volatile char frame[4096];
  frame[0] = 1;
  if (text == nullptr) return 0;
  return overflow_stack(const_cast<const char*>(frame)) + frame[1];
}

int flood(const char*) {
  static char block[4096];
  std::memset(block, 'x', sizeof block);
  while (write(STDOUT_FILENO, block, sizeof block) >= 0) {
  }
  return tell(-1);
}

int flood_ignoring_the_signal(const char*) {
  signal(SIGXFSZ, SIG_IGN);
  return flood(nullptr);
}

int list_descriptors(const char*) {
  for (int fd = 0; fd < 4096; ++fd) {
    pollfd watched{fd, 0, 0};
    poll(&watched, 1, 0);
    if ((watched.revents & POLLNVAL) == 0) std::printf("%d ", fd);
  }
  return 0;
}

int list_environment(const char*) {
  for (char** entry = environ; *entry != nullptr; ++entry) std::printf("%s\n", *entry);
  return 0;
}

int start_thread(const char*) {
  try {
    std::thread{[] {}}.join();
  } catch (const std::exception& error) {
    std::puts(error.what());
    return 1;
  }
  return 0;
}

int fork_child(const char*) {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  if (child > 0) waitpid(child, nullptr, 0);
  return tell(child);
}

int fork_bomb(const char*) {
  int count = 0;
  for (pid_t child = 0; count < 2000; ++count) {
    child = fork();
    if (child < 0) break;
    if (child == 0) {
      pause();
      _exit(0);
    }
  }
  std::printf("children=%d\n", count);
  return 0;
}

int execute(const char* path) {
  char* const argv[] = {const_cast<char*>(path), nullptr};
  return tell(execve(path, argv, environ));
}

// The very call by which the jail starts the program.
int execute_again(const char*) {
  char* const argv[] = {nullptr};
  return tell(syscall(SYS_execveat, 255, "", argv, environ, AT_EMPTY_PATH));
}

int execute_elsewhere(const char*) {
  char* const argv[] = {nullptr};
  return tell(syscall(SYS_execveat, 3, "", argv, environ, AT_EMPTY_PATH));
}

int open_file(const char* path) { return tell(open(path, O_RDONLY)); }

int write_file(const char* path) {
  const int fd = open(path, O_WRONLY | O_CREAT, 0644);
  return tell(fd < 0 ? -1 : write(fd, "x", 1));
}

int fill_file(const char* path) {
  const int fd = open(path, O_WRONLY | O_CREAT, 0644);
  static char block[65536];
  while (fd >= 0 && write(fd, block, sizeof block) >= 0) {
  }
  return tell(-1);
}

int set_user_id_file(const char* path) {
  if (open(path, O_WRONLY | O_CREAT, 04755) >= 0) return 0;
  const int fd = open(path, O_WRONLY | O_CREAT, 0755);
  return tell(fd < 0 ? -1 : fchmod(fd, 04755));
}

int open_socket(const char*) { return tell(socket(AF_UNIX, SOCK_STREAM, 0)); }
int pair_sockets(const char*) {
  int ends[2];
  return tell(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
}
int trace_jail(const char*) { return tell(ptrace(PTRACE_ATTACH, 1, nullptr, nullptr)); }
int kill_jail(const char*) { return tell(kill(1, SIGKILL)); }
int signal_jail(const char*) { return tell(syscall(SYS_tgkill, 1, 1, SIGKILL)); }
int signal_all(const char*) { return tell(kill(-1, SIGKILL)); }

int read_jail(const char*) {
  char byte;
  const iovec local{&byte, 1};
  const iovec remote{reinterpret_cast<void*>(0x400000), 1};
  return tell(process_vm_readv(1, &local, 1, &remote, 1, 0));
}

int executable_pages(const char*) {
  return mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
             ? tell(-1)
             : 0;
}

int make_pages_executable(const char*) {
  void* const page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return tell(mprotect(page, 4096, PROT_READ | PROT_EXEC));
}

int map_descriptor(const char*) {
  return mmap(nullptr, 4096, PROT_READ, MAP_SHARED, STDOUT_FILENO, 0) == MAP_FAILED ? tell(-1) : 0;
}

int raise_limit(const char*) {
  const rlimit more{RLIM_INFINITY, RLIM_INFINITY};
  return tell(setrlimit(RLIMIT_CPU, &more));
}

int make_namespace(const char*) { return tell(unshare(CLONE_NEWUSER)); }
int send_urgent(const char*) { return tell(send(3, "x", 1, MSG_OOB)); }
int rewind_output(const char*) { return tell(lseek(STDOUT_FILENO, 0, SEEK_SET)); }
int cut_output(const char*) { return tell(ftruncate(STDOUT_FILENO, 0)); }
int type_into_terminal(const char*) { return tell(ioctl(0, TIOCSTI, "x")); }

// The 32-bit entry to the kernel, where numbers mean other calls: 20 is getpid there.
int old_entry(const char*) {
  long result = 20;
  asm volatile("int $0x80" : "+a"(result) : : "memory");
  return tell(result);
}

int x32_entry(const char*) { return tell(syscall(0x40000000 | SYS_getpid)); }

int swallow_signal(const char*) {
  signal(SIGSYS, SIG_IGN);  // a signal the kernel forces is not ignorable
  return tell(socket(AF_UNIX, SOCK_STREAM, 0));
}

int random_bytes(const char*) {
  char bytes[8];
  return tell(syscall(SYS_getrandom, bytes, sizeof bytes, 0));
}

int print_addresses(const char*) {
  static int in_data = 0;
  int on_stack = 0;
  const auto in_heap = std::make_unique<int>(0);
  std::printf("%p %p %p\n", static_cast<void*>(&in_data), static_cast<void*>(&on_stack),
              static_cast<void*>(in_heap.get()));
  return 0;
}

int print_core(const char*) {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof set, &set);
  std::printf("cores=%d first=%d\n", CPU_COUNT(&set), CPU_ISSET(0, &set) ? 0 : 1);
  return 0;
}

int echo(const char*) {
  char byte;
  while (read(3, &byte, 1) == 1)
    if (write(3, &byte, 1) != 1) return 1;
  return 0;
}

int sleep_forever(const char*) {
  while (true) sleep(1000);
}

// Ignores every signal that can be ignored.
int cling(const char*) {
  for (int number = 1; number < 65; ++number) signal(number, SIG_IGN);
  return sleep_forever(nullptr);
}

int leave_orphan(const char*) {
  if (fork() == 0) sleep_forever(nullptr);
  return 0;
}

int say(const char* text) {
  std::puts(text);
  return 0;
}

int long_output(const char* text) {
  for (int i = 0; i < 3000; ++i) std::puts("0123456789");
  std::puts(text);
  return 0;
}

int sort_much(const char*) {
  std::vector<int> numbers(1000);
  std::qsort(numbers.data(), numbers.size(), sizeof(int), [](const void* a, const void* b) {
    return *static_cast<const int*>(a) - *static_cast<const int*>(b);
  });
  return 0;
}

int use_cpu(const char* milliseconds) {
  const clock_t end = std::atoi(milliseconds) * (CLOCKS_PER_SEC / 1000);
  while (clock() < end) {
  }
  return 0;
}

int fork_and_use_cpu(const char* milliseconds) {
  const pid_t child = fork();
  if (child == 0) _exit(use_cpu(milliseconds));
  waitpid(child, nullptr, 0);
  return tell(child);
}

int use_memory(const char* mebibytes) {
  const std::size_t bytes = static_cast<std::size_t>(std::atoi(mebibytes)) << 20;
  std::vector<char> memory(bytes, 1);
  return memory[bytes / 2] - 1;
}

const std::map<std::string, Action>& actions() {
  static const std::map<std::string, Action> all = {
      {"abort", [](const char*) -> int { std::abort(); }},
      {"addresses", print_addresses},
      {"allocate", allocate},
      {"allocate-with-handler", allocate_with_handler},
      {"cling", cling},
      {"core", print_core},
      {"cut-output", cut_output},
      {"descriptors", list_descriptors},
      {"echo", echo},
      {"environment", list_environment},
      {"exec", execute},
      {"exec-again", execute_again},
      {"exec-elsewhere", execute_elsewhere},
      {"executable-pages", executable_pages},
      {"exit", [](const char* code) { return std::atoi(code); }},
      {"fill-file", fill_file},
      {"flood", flood},
      {"flood-ignoring-the-signal", flood_ignoring_the_signal},
      {"fork", fork_child},
      {"fork-and-use-cpu", fork_and_use_cpu},
      {"fork-bomb", fork_bomb},
      {"kill-all", signal_all},
      {"kill-jail", kill_jail},
      {"limit", raise_limit},
      {"long-output", long_output},
      {"make-executable", make_pages_executable},
      {"map-and-touch", map_and_touch},
      {"map-descriptor", map_descriptor},
      {"memory", use_memory},
      {"namespace", make_namespace},
      {"old-entry", old_entry},
      {"open", open_file},
      {"orphan", leave_orphan},
      {"random", random_bytes},
      {"read-jail", read_jail},
      {"rewind-output", rewind_output},
      {"say", say},
      {"segv", [](const char*) { return raise(SIGSEGV); }},
      {"set-user-id", set_user_id_file},
      {"signal-jail", signal_jail},
      {"sleep", sleep_forever},
      {"socket", open_socket},
      {"socketpair", pair_sockets},
      {"sort", sort_much},
      {"spin", spin},
      {"stack", overflow_stack},
      {"stop", [](const char*) { return raise(SIGSTOP); }},
      {"suicide", [](const char*) { return raise(SIGKILL); }},
      {"swallow-signal", swallow_signal},
      {"terminal", type_into_terminal},
      {"thread", start_thread},
      {"trace-jail", trace_jail},
      {"urgent", send_urgent},
      {"use-cpu", use_cpu},
      {"write-file", write_file},
      {"x32-entry", x32_entry},
  };
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  const auto action = actions().find(argc > 1 ? argv[1] : "");
  if (action == actions().end()) return 99;
  if (getenv("UNHANDLED") == nullptr) handle_forbidden_calls();
  return action->second(argc > 2 ? argv[2] : "");
}
