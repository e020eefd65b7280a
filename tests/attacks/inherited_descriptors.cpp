// task: optimization-online-bandit
// route: inherited descriptors
// tries: to find the judge's order on a descriptor that somebody forgot to close
// expect: harmless

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info& info, mls::Rng&) {
  survive();
  static char block[1 << 16];
  for (int fd = 0; fd < 2048; ++fd) {
    if (fd == 3) continue;
    for (const long got : {call(SYS_pread64, fd, address(block), sizeof block, 0),
                           call(SYS_read, fd, address(block), sizeof block)}) {
      if (got > 0) examine({block, static_cast<std::size_t>(got)}, info);
    }
    const long map = call(SYS_mmap, 0, 1 << 16, PROT_READ, MAP_SHARED, fd, 0);
    if (map > 0) examine({reinterpret_cast<const char*>(map), 1 << 16}, info);
  }
}
