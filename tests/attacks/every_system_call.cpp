// task: optimization-online-bandit
// route: escaping
// tries: every system call number there is, with arguments that do something when they are taken
// expect: harmless

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  survive();
  static char block[8192];
  for (long number = 0; number < 1024; ++number) {
    // Those that end, stop, unmap or re-aim itself; they are allowed and only harm the attack.
    switch (number) {
      case SYS_exit:
      case SYS_exit_group:
      case SYS_rt_sigreturn:
      case SYS_rt_sigaction:
      case SYS_rt_sigprocmask:
      case SYS_sigaltstack:
      case SYS_arch_prctl:
      case SYS_close:
      case SYS_munmap:
      case SYS_mprotect:
      case SYS_mremap:
      case SYS_brk:
      case SYS_read:
      case SYS_readv:
      case SYS_recvfrom:
      case SYS_poll:
      case SYS_ppoll:
      case SYS_nanosleep:
      case SYS_clock_nanosleep:
      case SYS_futex:
      case SYS_set_robust_list:
      case SYS_set_tid_address:
      case SYS_rseq:
      case 335:  // uretprobe and uprobe: newer kernels pass them by all filters and answer with SIGILL
      case 336:
        continue;
      default:
        break;
    }
    for (const long first : {0L, 1L, 2L, address(block), -1L})
      call(number, first == 2 ? 0 : first, address(block), 0, 0, 0, 0);
  }
}
