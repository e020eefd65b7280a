// task: optimization-online-bandit
// route: protocol
// tries: to have the decoder allocate for arrays, maps and strings of 2^32 - 1 entries that never come
// expect: protocol_violation
// message: MessagePack

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  (void)judge.receive();
  send_bytes(
      frame(array(3) + text("act") + big_endian('\xdf', 0xffffffff, 4) + big_endian('\xdb', 0xffffffff, 4)));
  (void)judge.receive();
}
