// task: optimization-online-bandit
// route: protocol
// tries: to send a tensor of negative extents whose product is right
// expect: protocol_violation
// message: negative dimension

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  (void)judge.receive();
  send_bytes(frame(message("act", {tensor("action", 2, {-4, -8})}), std::string(128, '\0')));
  (void)judge.receive();
}
