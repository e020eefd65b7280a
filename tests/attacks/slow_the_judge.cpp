// task: optimization-online-bandit
// route: timing
// tries: to burn most of its time, caches and memory bandwidth, so that everything measured beside it
// becomes slow
// expect: harmless

#include <time.h>

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  static volatile char memory[64 << 20];
  timespec now{};
  do {
    for (std::size_t i = 0; i < sizeof memory; i += 64) memory[i] = static_cast<char>(memory[i] + 1);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  } while (now.tv_sec == 0 && now.tv_nsec < 300'000'000);
}
