// task: optimization-online-bandit
// route: compile-time leaks
// tries: to have the assembler print a file of the machine in its error messages
// expect: compile_error
// message: Could not find include file

#include "shared/bandit.hpp"

asm(".include \"/etc/passwd\"");

void attack::begin(const mls::Info&, mls::Rng&) {}
