// task: optimization-online-bandit
// route: protocol
// tries: to send a field where a tensor is expected, and a map, a nil, an extension where fields are
// expect: protocol_violation

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  (void)judge.receive();
  send_bytes(frame(array(3) + text("act") + map(3) + text("action") + integer(3) + text("nil") + "\xc0" +
                   text("deep") + map(1) + text("x") + map(0) + array(0)));
  (void)judge.receive();
}
