// task: optimization-online-bandit
// route: exhausting memory
// tries: to recurse without end
// expect: crash
// message: SIGSEGV

#include "shared/bandit.hpp"

namespace {
int deeper(volatile int* above) {
  volatile int here[1000];
  here[0] = *above;
  return deeper(here) + here[0];
}
}  // namespace

void attack::begin(const mls::Info&, mls::Rng&) {
  volatile int top = 0;
  (void)deeper(&top);
}
