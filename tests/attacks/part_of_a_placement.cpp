// task: mlsys-moe-load-balance
// route: protocol
// tries: to place one model's experts and to leave those of the others to whatever the judge has in memory
// expect: protocol_violation
// message: expected [13824]

#include "shared/placing.hpp"

void attack::converse(mls::Channel& judge) {
  std::vector<std::int32_t> experts = in_turn(judge.receive());
  (void)judge.receive();
  experts.resize(experts.size() / 24);
  decide(judge, experts);
  (void)judge.receive();
}
