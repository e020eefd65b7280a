// task: optimization-online-bandit
// route: threads beyond the allowance
// tries: to compute on a second core with threads and processes made past the library, at real-time priority
// expect: harmless

#include <sched.h>

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  survive();
  static char stack[1 << 16];
  for (const long flags : {CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM,
                           CLONE_VM | SIGCHLD, CLONE_VM | CLONE_VFORK}) {
    if (call(SYS_clone, flags, address(stack + sizeof stack)) != 0) continue;
    for (;;) asm volatile("");
  }
  cpu_set_t all;
  CPU_ZERO(&all);
  for (std::size_t core = 0; core < 64; ++core) CPU_SET(core, &all);
  call(SYS_sched_setaffinity, 0, sizeof all, address(&all));
  const sched_param first{99};
  call(SYS_sched_setscheduler, 0, SCHED_FIFO, address(&first));
  call(SYS_setpriority, 0, 0, -20);
  call(SYS_ioprio_set, 1, 0, 1 << 13);
}
