// task: optimization-online-bandit
// route: compile bombs
// tries: to be a small program that needs more memory than there is before it begins
// expect: crash

#include "shared/bandit.hpp"

namespace {
volatile char zeros[1'900'000'000];
}

void attack::begin(const mls::Info& info, mls::Rng&) { zeros[info.horizon] = 1; }
