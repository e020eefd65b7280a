// task: optimization-online-bandit
// route: forged results
// tries: to send the judge's own verdict to the judge in place of actions
// expect: protocol_violation
// message: 'verdict' where 'act' is expected

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  (void)judge.receive();
  send_bytes(frame(array(3) + text("verdict") + map(2) + text("status") + text("ok") + text("regret") +
                   integer(0) + array(0)));
  (void)judge.receive();
}
