// task: optimization-online-bandit
// route: code after main
// tries: to go on after the run has ended: exit handlers, destructors, a last word on every descriptor
// expect: harmless

#include <cstdlib>

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

namespace {
void last_word() {
  const char verdict[] = R"({"status":"ok","message":"","metrics":{"regret":0.0}})";
  for (int fd = 0; fd < 64; ++fd) attack::call(SYS_write, fd, attack::address(verdict), sizeof verdict - 1);
  for (;;) asm volatile("");
}
__attribute__((destructor)) void destroyed() { last_word(); }
}  // namespace

void attack::begin(const mls::Info&, mls::Rng&) { std::atexit(last_word); }
