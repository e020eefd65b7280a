// task: optimization-online-bandit
// route: compile bombs
// tries: to be a small program whose thread-local data needs more memory than there is before main begins
// expect: crash

#include "shared/bandit.hpp"

namespace {
thread_local volatile char zeros[1'500'000'000];
}

void attack::begin(const mls::Info& info, mls::Rng&) { zeros[info.horizon] = 1; }
