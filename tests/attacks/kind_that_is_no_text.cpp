// task: optimization-online-bandit
// route: faults that look like ours
// tries: to send a message whose kind is no UTF-8, so that the judge cannot write its verdict
// expect: protocol_violation
// message: where 'act' is expected

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  (void)judge.receive();
  send_bytes(frame(message("\xff\xfe\x80\x1b[31m")));
  (void)judge.receive();
}
