// task: optimization-online-bandit
// route: protocol
// tries: to end the rollout after a few good rounds
// expect: protocol_violation
// message: 'ended' where 'act' is expected

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  (void)judge.receive();
  judge.send(mls::Message("ended"));
  (void)judge.receive();
}
