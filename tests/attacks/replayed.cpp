// task: optimization-online-bandit
// route: protocol
// tries: to send every action twice, so that later rounds repeat earlier ones and one remains at the end
// expect: protocol_violation
// message: 'act' where 'ended' is expected

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  const std::int64_t rounds = judge.receive().integer("horizon");
  for (std::int64_t t = 0; t < rounds; ++t) {
    act(judge, 0);
    act(judge, 0);
    (void)judge.receive();
    if (t < rounds / 2) (void)judge.receive();
  }
  (void)judge.receive();
}
