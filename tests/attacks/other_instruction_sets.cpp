// task: optimization-online-bandit
// route: escaping
// tries: to call the kernel through the 32-bit entry, where call numbers mean something else
// expect: crash
// message: not allowed

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  survive();
  static const char path[] = "/etc/passwd";
  int result = 5;  // open
  asm volatile("int $0x80"
               : "+a"(result)
               : "b"(static_cast<int>(reinterpret_cast<long>(path))), "c"(0), "d"(0)
               : "memory");
}
