// task: optimization-online-bandit
// route: symbol interposition
// tries: to be the program itself where weak symbols win
// expect: harmless

#include "shared/bandit.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {}

extern "C" __attribute__((weak)) int main() { return 0; }
__attribute__((weak)) void mls_never() {}
asm(".weak __libc_start_main\n.weak _init\n.weak _fini");
