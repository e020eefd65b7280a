// task: optimization-online-bandit
// route: state between runs
// tries: to tell a second run from a first by what the kernel says of the machine: memory in use, load,
// number of processes
// expect: harmless
// runs: 2

#include <sys/sysinfo.h>

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

// What is learnable this way is how busy the machine is; the arms cannot be told by it, so that the best a
// second run can do is to play on.
void attack::begin(const mls::Info& info, mls::Rng&) {
  survive();
  struct sysinfo machine{};
  call(SYS_sysinfo, address(&machine));
  static volatile char hold[8 << 20];
  for (std::size_t i = 0; i < sizeof hold; i += 4096) hold[i] = 1;
  const std::string_view all(reinterpret_cast<const char*>(&machine), sizeof machine);
  examine(all, info);
}
