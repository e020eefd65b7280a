// task: optimization-online-bandit
// route: core dumps
// tries: to leave a core file with all it has learned: raises the limit, makes itself dumpable, and dies
// expect: crash
// message: SIGSEGV

#include <sys/prctl.h>
#include <sys/resource.h>

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  survive();
  const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
  call(SYS_prlimit64, 0, RLIMIT_CORE, address(&all), 0);
  call(SYS_setrlimit, RLIMIT_CORE, address(&all));
  call(SYS_prctl, PR_SET_DUMPABLE, 1);
  call(SYS_chdir, address("/tmp"));
  *reinterpret_cast<volatile int*>(8) = 1;
}
