// task: optimization-online-bandit
// route: escaping
// tries: to call the kernel through the x32 numbers
// expect: crash
// message: not allowed

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  survive();
  call(0x40000000 + SYS_open, address("/etc/passwd"), 0);
}
