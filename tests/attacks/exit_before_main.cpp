// task: optimization-online-bandit
// route: early exit
// tries: to exit with success before main() has begun
// expect: protocol_violation
// message: exited (code 0)

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {}

namespace {
void leave() { attack::call(SYS_exit_group, 0); }
__attribute__((section(".preinit_array"), used, retain)) void (*first)() = leave;
}  // namespace
