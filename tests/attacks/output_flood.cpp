// task: optimization-online-bandit
// route: exhausting output
// tries: to print gigabytes
// expect: crash
// message: wrote more than

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  static char block[1 << 16];
  std::memset(block, 'x', sizeof block);
  for (int i = 0; i < 1 << 17; ++i) {
    if (call(SYS_write, 1 + i % 2, address(block), sizeof block) < 0) break;
  }
}
