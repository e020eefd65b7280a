// task: optimization-online-bandit
// route: exhausting processes
// tries: to multiply by every call there is, and to leave children that outlive the run
// expect: harmless

#include <sched.h>

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  survive();
  struct {
    unsigned long flags = 0, pidfd = 0, child_tid = 0, parent_tid = 0, exit_signal = SIGCHLD, stack = 0,
                  stack_size = 0, tls = 0;
  } arguments;
  for (int i = 0; i < 100; ++i) {
    for (const long child : {call(SYS_fork), call(SYS_clone, SIGCHLD),
                             call(SYS_clone3, address(&arguments), sizeof arguments)}) {
      if (child == 0) {
        for (;;) call(SYS_pause);
      }
    }
  }
  call(SYS_vfork);
  call(SYS_unshare, CLONE_NEWPID);
}
