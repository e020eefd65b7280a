// What attacks share: they survive refused system calls, make calls that no library offers, and look through
// what they get.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <string_view>

namespace attack {

/// Begins the name (and is the key) of all that an attack leaves behind, so that it is found afterwards.
inline constexpr char mark[] = "mls-attack";
inline constexpr int mark_key = 0x4d4c5341;

/// Makes refused system calls fail with ENOSYS instead of ending the process: the attack goes on.
inline void survive() {
  struct sigaction action{};
  action.sa_sigaction = [](int, siginfo_t*, void* context) {
    static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RAX] = -ENOSYS;
  };
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGSYS, &action, nullptr);
}

/// The call itself, past all wrappers. Returns what the kernel does: -errno for an error.
inline long call(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0) {
  long result = number;
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  register long r9 asm("r9") = f;
  asm volatile("syscall"
               : "+a"(result)
               : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
}
template <typename T>
long address(T* pointer) {
  return reinterpret_cast<long>(pointer);
}

/// A file's first MiB, however it can be had; empty when it cannot.
inline std::string slurp(const char* path) {
  static char block[1 << 20];
  long fd = call(SYS_open, address(path), O_RDONLY);
  if (fd < 0) fd = call(SYS_openat, AT_FDCWD, address(path), O_RDONLY);
  if (fd < 0) {
    struct {
      unsigned long flags = O_RDONLY, mode = 0, resolve = 0;
    } how;
    fd = call(SYS_openat2, AT_FDCWD, address(path), address(&how), sizeof how);
  }
  if (fd < 0) return {};
  const long got = call(SYS_read, fd, address(block), sizeof block);
  call(SYS_close, fd);
  return got > 0 ? std::string(block, static_cast<std::size_t>(got)) : std::string();
}

/// Writes to stderr, for who debugs an attack.
inline void note(std::string_view text) {
  call(SYS_write, 2, address(text.data()), static_cast<long>(text.size()));
}

}  // namespace attack
