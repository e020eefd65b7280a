// task: optimization-online-bandit
// route: threads beyond the allowance
// tries: to compute on a second core with the library's threads
// expect: crash
// message: starting a thread

#include <thread>

#include "shared/bandit.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  for (int i = 0; i < 8; ++i) {
    std::thread([] {
      for (;;) asm volatile("");
    }).detach();
  }
}
