// task: optimization-online-bandit
// route: linker options in source
// tries: to have libraries of the machine linked in, by name, by path and by every section that linkers read
// expect: harmless

#pragma comment(lib, "sqlite3")
#pragma comment(lib, "/usr/lib/x86_64-linux-gnu/libcrypto.a")
#pragma comment(linker, "--wrap=main")
#include "shared/bandit.hpp"

extern "C" __attribute__((weak)) const char* sqlite3_libversion();

asm(R"(
.section ".linker-options","e",@llvm_linker_options
.asciz "lib"
.asciz "crypto"
.section .deplibs,"MS",@llvm_dependent_libraries,1
.asciz "crypto"
.text
)");

void attack::begin(const mls::Info&, mls::Rng&) {
  if (sqlite3_libversion != nullptr) throw std::runtime_error("a library came along");
}
