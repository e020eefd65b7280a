// task: optimization-variance-reduction
// route: oracle
// tries: to read and write memory of the judge through vectors that do not exist
// expect: protocol_violation
// message: does not exist

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  const std::vector<std::int32_t> words{3, 1 << 30, 0, 3, -1, 0};
  mls::Message message("ask");
  message.add("words", words).add("factors", std::vector<double>{});
  judge.send(message);
  (void)judge.receive();
}
