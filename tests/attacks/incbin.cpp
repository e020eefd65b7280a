// task: ml-calibration
// route: compile-time leaks
// tries: to have the assembler put the judge's artefact into the program
// expect: compile_error
// message: incbin

#include "shared/calibration.hpp"

extern "C" const char stolen[];
extern "C" const char stolen_end[];
asm(R"(
.section .rodata
.globl stolen
.globl stolen_end
stolen: .incbin "/artefact.mls"
stolen_end: .byte 0
.text
)");

void attack::begin() { examine({stolen, static_cast<std::size_t>(stolen_end - stolen)}); }
