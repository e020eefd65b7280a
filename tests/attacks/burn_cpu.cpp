// task: optimization-online-bandit
// route: timing
// tries: to compute for ever, asking the kernel not to count or to end it
// expect: timeout

#include <csignal>

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  survive();
  for (const int signal : {SIGXCPU, SIGALRM, SIGVTALRM, SIGPROF, SIGTERM}) std::signal(signal, SIG_IGN);
  long zero[4] = {};
  for (int timer = 0; timer < 3; ++timer) call(SYS_setitimer, timer, address(zero), 0);
  const long all[2] = {-1, -1};
  call(SYS_prlimit64, 0, 0 /* RLIMIT_CPU */, address(all), 0);
  call(SYS_setrlimit, 0, address(all));
  for (;;) asm volatile("");
}
