// task: optimization-online-bandit
// route: signals
// tries: to stop for ever without using time, ignoring every signal, and so to hold the judge
// expect: timeout

#include <csignal>

#include "shared/bandit.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  for (int signal = 1; signal < 65; ++signal) std::signal(signal, SIG_IGN);
  for (;;) raise(SIGSTOP);
}
