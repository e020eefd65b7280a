// task: optimization-online-bandit
// route: symbol interposition
// tries: to bring its own scaffold, which reports what it likes
// expect: compile_error
// message: duplicate symbol: mls::host::run_method

#include "host/host.hpp"
#include "shared/bandit.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {}

void mls::host::run_method(JudgeLink& judge) { judge.send(Message("ended")); }
