// task: optimization-online-bandit
// route: signals
// tries: to kill or stop judge, jail and harness by process number, group, thread and descriptor
// expect: harmless

#include <sys/wait.h>

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  survive();
  siginfo_t info{};
  for (const int signal : {SIGSTOP, SIGKILL, SIGTERM, SIGSEGV, SIGPIPE}) {
    for (const int pid : {-1, 0, 1, 3, 4, -2, static_cast<int>(call(SYS_getppid))}) {
      if (pid == 0) continue;  // would be itself
      call(SYS_kill, pid, signal);
      call(SYS_tkill, pid, signal);
      call(SYS_tgkill, pid, pid, signal);
      call(SYS_rt_sigqueueinfo, pid, signal, address(&info));
      call(SYS_rt_tgsigqueueinfo, pid, pid, signal, address(&info));
      call(SYS_pidfd_send_signal, call(SYS_pidfd_open, pid), signal, 0);
    }
  }
  call(SYS_setpgid, 0, 1);
  call(SYS_setsid);
  call(SYS_fcntl, 3, F_SETOWN, -1);
  call(SYS_fcntl, 3, F_SETSIG, SIGKILL);
  call(SYS_reboot, 0xfee1dead, 672274793, 0x1234567);
}
