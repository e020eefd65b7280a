// task: optimization-online-bandit
// route: compile bombs
// tries: to exhaust assembler and linker with a million sections
// expect: compile_error

#include "shared/bandit.hpp"

asm(R"(
.irpc a,0123456789
.irpc b,0123456789
.irpc c,0123456789
.irpc d,0123456789
.irpc e,0123456789
.irpc f,0123456789
.section .bomb\a\b\c\d\e\f,"aR",@progbits
.byte 0
.endr
.endr
.endr
.endr
.endr
.endr
.text
)");

void attack::begin(const mls::Info&, mls::Rng&) {}
