// task: optimization-variance-reduction
// route: oracle
// tries: to have the judge read past the end of a program: too few words, then too few factors
// expect: protocol_violation
// message: too few

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  const std::vector<std::int32_t> words{0, 1, 0, 250, 2, 1, 16, 0};
  mls::Message message("program");
  message.add("words", words).add("factors", std::vector<double>{});
  judge.send(message);
  (void)judge.receive();
}
