// task: optimization-online-bandit
// route: protocol
// tries: to close the conversation and to go on computing
// expect: protocol_violation
// message: closed its connection

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  for (int fd = 0; fd < 16; ++fd) close(fd);
  for (;;) sleep(1);
}
