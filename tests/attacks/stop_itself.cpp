// task: optimization-online-bandit
// route: signals
// tries: to stop for ever without using time, deaf to every signal, and so to hold the judge
// expect: timeout

#include <csignal>

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  survive();
  for (int signal = 1; signal < 65; ++signal) {
    if (signal != SIGSYS) std::signal(signal, SIG_IGN);
  }
  raise(SIGSTOP);
  for (;;) call(SYS_poll, 0, 0, -1);
}
