// task: optimization-online-bandit
// route: compile bombs
// tries: to fill the cache with copies of the largest file that it may read
// expect: compile_error
// message: wrote a file of more than

#include "shared/bandit.hpp"

asm(R"(
.section .rodata.bomb,"aR"
.rept 16
.incbin "/prelude/prelude.pch"
.endr
.text
)");

void attack::begin(const mls::Info&, mls::Rng&) {}
