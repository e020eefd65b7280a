// task: optimization-variance-reduction
// route: protocol
// tries: to flood the judge with well-formed requests that ask for nothing
// expect: protocol_violation
// message: messages in one conversation

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  const std::string empty = frame(message("program", {tensor("words", 2, {0}), tensor("factors", 1, {0})}));
  std::string many;
  while (many.size() < 1 << 20) many += empty;
  for (;;) send_bytes(many);
}
