// task: optimization-online-bandit
// route: timing
// tries: to set every clock of the machine, and its own time zone of monotonic time
// expect: harmless

#include <sys/timex.h>
#include <time.h>

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  survive();
  const timespec epoch{0, 0};
  for (int clock = 0; clock < 16; ++clock) {
    call(SYS_clock_settime, clock, address(&epoch));
    timex change{};
    change.modes = ADJ_SETOFFSET;
    change.time.tv_sec = -1'000'000;
    call(SYS_clock_adjtime, clock, address(&change));
  }
  call(SYS_settimeofday, address(&epoch), 0);
  call(SYS_adjtimex, 0);
  const long fd = call(SYS_open, address("/proc/self/timens_offsets"), O_WRONLY);
  if (fd >= 0) call(SYS_write, fd, address("monotonic 1000000 0"), 19);
  call(SYS_prctl, 26 /* PR_SET_TSC */, 2);
}
