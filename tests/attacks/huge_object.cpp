// task: optimization-online-bandit
// route: compile bombs
// tries: to fill the disk with a program of a gigabyte
// expect: compile_error

#include "shared/bandit.hpp"

namespace {
char table[1 << 30] = {1};
}

void attack::begin(const mls::Info& info, mls::Rng&) { best_arms().push_back(table[info.horizon]); }
