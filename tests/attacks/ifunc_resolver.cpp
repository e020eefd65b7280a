// task: optimization-online-bandit
// route: code before main
// tries: to run while the program is still being relocated, before any handler or limit of the scaffold
// expect: harmless

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

namespace {
int never() { return 0; }
}  // namespace

extern "C" {
int (*resolve())() {
  const char verdict[] = "{\"status\":\"ok\"}";
  for (int fd = 4; fd < 64; ++fd) attack::call(SYS_close, fd);
  attack::call(SYS_write, 2, attack::address(verdict), sizeof verdict - 1);
  return &never;
}
int chosen() __attribute__((ifunc("resolve")));
}

void attack::begin(const mls::Info&, mls::Rng&) { (void)chosen(); }
