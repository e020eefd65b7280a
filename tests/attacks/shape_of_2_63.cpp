// task: optimization-online-bandit
// route: protocol
// tries: to send a tensor with an extent of 2^63, which is negative to who reads it as signed
// expect: protocol_violation
// message: 64 signed bits

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  (void)judge.receive();
  const std::string one = array(3) + text("action") + '\2' + array(1) + natural(std::uint64_t{1} << 63);
  send_bytes(frame(message("act", {one}), std::string(128, '\0')));
  (void)judge.receive();
}
