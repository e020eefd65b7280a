// task: mlsys-moe-load-balance
// route: timing
// tries: to think for longer than any budget allows, at no CPU time, before every placement
// expect: timeout

#include "shared/placing.hpp"

void attack::converse(mls::Channel& judge) {
  const std::vector<std::int32_t> experts = in_turn(judge.receive());
  for (;;) {
    (void)judge.receive();
    sleep(20);
    decide(judge, experts);
  }
}
