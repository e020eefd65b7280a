// task: optimization-online-bandit
// route: escaping
// tries: the kernel's larger interfaces: io_uring, bpf, keyrings, perf, userfaultfd, modules, seccomp itself
// expect: harmless

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  survive();
  static char zeros[4096];
  call(SYS_io_uring_setup, 8, address(zeros));
  call(SYS_io_uring_enter, 3, 1, 0, 0, 0, 0);
  call(SYS_io_uring_register, 3, 0, 0, 0);
  for (int command = 0; command < 40; ++command) call(SYS_bpf, command, address(zeros), 128);
  call(SYS_add_key, address("user"), address(mark), address(zeros), 16, -3);
  call(SYS_request_key, address("user"), address(mark), 0, -3);
  for (int command = 0; command < 32; ++command) call(SYS_keyctl, command, -3, 0, 0);
  call(SYS_perf_event_open, address(zeros), 0, -1, -1, 0);
  call(SYS_userfaultfd, 1);
  call(SYS_seccomp, 0, 0, 0);
  call(SYS_seccomp, 1, 0, address(zeros));
  call(SYS_seccomp, 2, 0, address(zeros));
  call(SYS_prctl, 22 /* PR_SET_SECCOMP */, 1);
  call(SYS_init_module, address(zeros), sizeof zeros, address(""));
  call(SYS_kexec_load, 0, 0, 0, 0);
  call(SYS_iopl, 3);
  call(SYS_ioperm, 0, 1024, 1);
  call(SYS_modify_ldt, 1, address(zeros), 16);
  call(SYS_landlock_create_ruleset, 0, 0, 1);
  call(SYS_io_setup, 8, address(zeros));
  call(SYS_vmsplice, 3, address(zeros), 1, 0);
  call(SYS_splice, 1, 0, 3, 0, 4096, 0);
  call(SYS_tee, 1, 3, 4096, 0);
  call(SYS_sendfile, 3, 1, 0, 4096);
  call(SYS_acct, address("/host"));
  call(SYS_swapon, address("/host"), 0);
  call(SYS_sethostname, address(mark), 8);
  call(SYS_syslog, 3, address(zeros), sizeof zeros);
}
