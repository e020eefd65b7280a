// task: optimization-online-bandit
// route: state between runs
// tries: to write down which arms are good, and to play them when the same run comes again
// expect: harmless
// runs: 2

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

namespace {
constexpr const char* places[] = {"/tmp/mls-attack",  "/var/tmp/mls-attack", "/dev/shm/mls-attack",
                                  "/mls-attack",      "mls-attack",          "/work/mls-attack",
                                  "/host/mls-attack", "/run/mls-attack",     "/proc/self/comm"};

// Plays an arm of its own in the first bandit long enough to know it.
std::string learned() { return "3"; }
}  // namespace

void attack::begin(const mls::Info& info, mls::Rng&) {
  survive();
  for (const char* place : places) {
    const std::string before = slurp(place);
    if (!before.empty()) best_arms().assign(bandits, before[0] - '0');
    examine(before, info);
  }
  for (const char* place : places) {
    for (const long fd : {call(SYS_open, address(place), O_CREAT | O_WRONLY, 0666),
                          call(SYS_openat, AT_FDCWD, address(place), O_CREAT | O_WRONLY, 0666)}) {
      if (fd >= 0) call(SYS_write, fd, address(learned().c_str()), 1);
    }
  }
}
