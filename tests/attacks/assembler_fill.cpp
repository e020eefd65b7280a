// task: optimization-online-bandit
// route: compile bombs
// tries: to fill the disk by the assembler: gigabytes of fill, alignment and repetition
// expect: compile_error

#include "shared/bandit.hpp"

asm(R"(
.section .data.bomb,"aw"
.fill 4000000000, 1, 0x90
.balign 1073741824
.zero 8000000000
.text
)");

void attack::begin(const mls::Info&, mls::Rng&) {}
