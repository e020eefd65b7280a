// task: optimization-online-bandit
// route: linker options in source
// tries: to smuggle bitcode, build notes and scripts past the compiler into the linker
// expect: harmless

#include "shared/bandit.hpp"

asm(R"(
.section .llvmbc,"e"
.byte 0x42, 0x43, 0xc0, 0xde
.section .llvmcmd,"e"
.asciz "-load /work/evil.so"
.section .gnu.warning.write,""
.ascii "\033[2Jall runs ok"
.section .note.gnu.build-id,"a",@note
.long 4, 8, 3
.asciz "GNU"
.quad 0
.section .note.GNU-stack,"x"
.section .gnu_debuglink,""
.asciz "/etc/passwd"
.long 0
.text
)");

void attack::begin(const mls::Info&, mls::Rng&) {}
