// task: mlsys-moe-load-balance
// route: protocol
// tries: to place expert number -2^31, whose load the judge might look up
// expect: invalid_output
// message: is not in 0 ... 255

#include "shared/placing.hpp"

void attack::converse(mls::Channel& judge) {
  std::vector<std::int32_t> experts = in_turn(judge.receive());
  (void)judge.receive();
  experts.back() = INT32_MIN;
  decide(judge, experts);
  (void)judge.receive();
}
