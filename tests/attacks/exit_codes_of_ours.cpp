// task: optimization-online-bandit
// route: faults that look like ours
// tries: to end with the exit codes and messages of a failed judge or sandbox, so that the run is repeated
// instead of counted
// expect: crash
// message: code 3

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  note("judge: the order cannot be read\nthe sandbox could not be set up: bwrap: No space left on device\n");
  _exit(3);
}
