// task: optimization-online-bandit
// route: symbol interposition
// tries: to be where the kernel starts the program
// expect: compile_error
// message: duplicate symbol: _start

#include "shared/bandit.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {}

extern "C" void _start() { asm volatile("mov $231, %eax\n xor %edi, %edi\n syscall"); }
