// task: optimization-online-bandit
// route: protocol
// tries: to play an arm of number -2^31, which the judge might look up
// expect: invalid_output
// message: is not in 0 ... 9

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  (void)judge.receive();
  act(judge, INT32_MIN);
  (void)judge.receive();
}
