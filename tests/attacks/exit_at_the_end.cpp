// task: optimization-online-bandit
// route: early exit
// tries: to exit with success after the last action, without the last word, so that no end can be checked
// expect: protocol_violation
// message: exited (code 0)

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  const std::int64_t rounds = judge.receive().integer("horizon");
  for (std::int64_t t = 0; t < rounds; ++t) {
    (void)judge.receive();
    act(judge, 0);
  }
  (void)judge.receive();
  _exit(0);
}
