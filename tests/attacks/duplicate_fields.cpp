// task: optimization-online-bandit
// route: protocol
// tries: to send two tensors of one name, of which different readers might take different ones
// expect: protocol_violation
// message: comes twice

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  (void)judge.receive();
  send_bytes(
      frame(message("act", {tensor("action", 2, {32}), tensor("action", 2, {32})}), std::string(256, '\0')));
  (void)judge.receive();
}
