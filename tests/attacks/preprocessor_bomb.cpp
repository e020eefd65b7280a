// task: optimization-online-bandit
// route: compile bombs
// tries: to expand one word into 10^12
// expect: compile_error

#include "shared/bandit.hpp"

#define A(x) x x x x x x x x x x
#define B(x) A(A(A(A(x))))
#define C(x) B(B(B(x)))

void attack::begin(const mls::Info&, mls::Rng&) { C(;) }
