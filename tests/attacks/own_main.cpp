// task: optimization-online-bandit
// route: symbol interposition
// tries: to be the program itself
// expect: compile_error
// message: duplicate symbol: main

#include "shared/bandit.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {}

int main() { return 0; }
