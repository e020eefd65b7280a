// task: optimization-online-bandit
// route: faults that look like ours
// tries: to be a program that the kernel refuses to load (its interpreter is missing), which looks like a
// broken sandbox
// expect: crash
// message: cannot be loaded

#include "shared/bandit.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {}

asm(R"(
.section .interp,"aR",@progbits
.asciz "/nowhere"
.text
)");
