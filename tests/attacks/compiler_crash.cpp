// task: optimization-online-bandit
// route: compiler options in source
// tries: to crash the compiler, so that it writes reports and the failure looks like ours
// expect: compile_error

#include "shared/bandit.hpp"

#pragma clang __debug crash

void attack::begin(const mls::Info&, mls::Rng&) {}
