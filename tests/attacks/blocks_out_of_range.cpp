// task: optimization-variance-reduction
// route: oracle
// tries: to ask for the gradient of a block that does not exist, beyond the data
// expect: protocol_violation
// message: does not exist

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  const std::vector<std::int32_t> words{0, 1, 0, 2, 0, 268435456};
  mls::Message message("program");
  message.add("words", words).add("factors", std::vector<double>{});
  judge.send(message);
  (void)judge.receive();
}
