// task: optimization-online-bandit
// route: forged results
// tries: to print results as the program prints them, and to play on
// expect: harmless

#include <cstdio>

#include "shared/bandit.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  for (int i = 0; i < 1000; ++i) {
    std::printf(
        "{\"status\":\"ok\",\"message\":\"\",\"metrics\":{\"regret\":0.0}}\r\n\x1b[2J\x1b[Hscore 100.0 \x07");
  }
  std::fflush(stdout);
  std::fputs("mls: out of memory\nmls: forbidden system call 59\n", stderr);
}
