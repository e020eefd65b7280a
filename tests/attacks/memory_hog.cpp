// task: optimization-online-bandit
// route: exhausting memory
// tries: to take all memory with new and to write to it
// expect: oom

#include "shared/bandit.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  for (;;) {
    volatile char* block = new char[16 << 20];
    for (int i = 0; i < 16 << 20; i += 4096) block[i] = 1;
  }
}
