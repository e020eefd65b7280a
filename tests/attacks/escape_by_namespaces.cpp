// task: optimization-online-bandit
// route: escaping
// tries: to make or to enter user, process and network namespaces, and to become somebody else
// expect: harmless

#include <sched.h>

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  survive();
  for (const long kind : {CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWUTS,
                          CLONE_NEWCGROUP, 0x80 /* time */}) {
    call(SYS_unshare, kind);
    call(SYS_setns, 3, kind);
    if (call(SYS_clone, kind | SIGCHLD) == 0) _exit(0);
  }
  call(SYS_setuid, 0);
  call(SYS_setgid, 0);
  call(SYS_setresuid, 0, 0, 0);
  call(SYS_setresgid, 0, 0, 0);
  call(SYS_setfsuid, 0);
  call(SYS_setgroups, 0, 0);
  struct {
    unsigned version = 0x20080522;
    int pid = 0;
  } header;
  unsigned all[6] = {~0U, ~0U, ~0U, ~0U, ~0U, ~0U};
  call(SYS_capset, address(&header), address(all));
  call(SYS_prctl, 36 /* PR_SET_CHILD_SUBREAPER */, 1);
  call(SYS_personality, 0x0400000);
}
