// task: optimization-online-bandit
// route: state between runs
// tries: to keep what it has learned in the kernel: keyrings, descriptors in flight, names, locks, inode
// numbers
// expect: harmless
// runs: 2

#include <sys/stat.h>

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  survive();
  char arm = 3;
  for (const int ring : {-1, -2, -3, -4, -5, -6}) {
    const long key = call(SYS_request_key, address("user"), address(mark), 0, ring);
    if (key > 0 && call(SYS_keyctl, 11 /* READ */, key, address(&arm), 1) == 1)
      best_arms().assign(bandits, arm);
    call(SYS_add_key, address("user"), address(mark), address(&arm), 1, ring);
  }
  call(SYS_prctl, 15 /* PR_SET_NAME */, address(mark));
  call(SYS_flock, 3, 2);
  call(SYS_flock, 1, 2);
  // How many memory files have been made on this machine, which the run before could have counted up.
  struct stat status{};
  if (call(SYS_fstat, 1, address(&status)) == 0 && status.st_ino % 2 == 1) best_arms().assign(bandits, 3);
}
