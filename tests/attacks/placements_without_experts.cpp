// task: mlsys-moe-load-balance
// route: protocol
// tries: to leave the least popular experts out and to have more slots for the others
// expect: invalid_output
// message: is in no slot

#include "shared/placing.hpp"

void attack::converse(mls::Channel& judge) {
  std::vector<std::int32_t> experts = in_turn(judge.receive());
  (void)judge.receive();
  for (std::int32_t& expert : experts) expert = expert < 3 ? 3 : expert;
  decide(judge, experts);
  (void)judge.receive();
}
