// task: optimization-online-bandit
// route: compiler options in source
// tries: to build and load a module out of source, which makes the compiler write and run more than one file
// expect: harmless

#include "shared/bandit.hpp"

#pragma clang module build evil
module evil {
  requires cplusplus
  link "ssl"
}
#pragma clang module contents
#pragma clang module begin evil
int evil();
#pragma clang module end
#pragma clang module endbuild
#pragma clang module import evil

void attack::begin(const mls::Info&, mls::Rng&) {}
