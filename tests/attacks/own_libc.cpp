// task: optimization-online-bandit
// route: symbol interposition
// tries: to replace the C library's calls, and the allocator, and so to see and to change all that the
// scaffold says
// expect: harmless

#include <poll.h>
#include <sys/socket.h>

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) { survive(); }

namespace {
char pool[64 << 20];
std::size_t used = 0;
long sent = 0;
}  // namespace

extern "C" {
ssize_t sendmsg(int fd, const msghdr* message, int flags) {
  ++sent;  // here is every action, and every observation passes recv: both are its own, none is the judge's
  return attack::call(SYS_sendmsg, fd, attack::address(message), flags);
}
ssize_t write(int fd, const void* bytes, std::size_t count) {
  return attack::call(SYS_write, fd, attack::address(bytes), static_cast<long>(count));
}
}

void* operator new(std::size_t size) {
  const std::size_t at = used;
  used += (size + 15) & ~std::size_t{15};
  if (used > sizeof pool) _exit(86);
  return pool + at;
}
void operator delete(void*) noexcept {}
void operator delete(void*, std::size_t) noexcept {}
