// task: mlsys-moe-load-balance
// route: protocol
// tries: to place twice for one situation, so that one of the two is judged and the other one forgotten
// expect: protocol_violation
// message: 'ended' is expected

#include "shared/placing.hpp"

void attack::converse(mls::Channel& judge) {
  const std::vector<std::int32_t> experts = in_turn(judge.receive());
  (void)judge.receive();
  decide(judge, experts);
  decide(judge, experts);
  for (;;) (void)judge.receive();
}
