// task: optimization-online-bandit
// route: faults that look like ours
// tries: to look as if it had been killed from outside, whenever it is unlucky, and so to have another try
// expect: crash
// message: tgkill, which is not allowed

#include <csignal>

#include "shared/bandit.hpp"

void attack::begin(const mls::Info&, mls::Rng&) { raise(SIGKILL); }
