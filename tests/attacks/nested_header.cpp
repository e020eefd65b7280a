// task: optimization-online-bandit
// route: protocol
// tries: to exhaust the decoder's stack with a header nested a thousand deep
// expect: protocol_violation
// message: MessagePack

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  (void)judge.receive();
  send_bytes(frame(std::string(60'000, '\x91')));
  (void)judge.receive();
}
