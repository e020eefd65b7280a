// task: optimization-variance-reduction
// route: oracle
// tries: to be refunded: batches and combinations of a negative number of terms
// expect: protocol_violation

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  const std::vector<std::int32_t> words{0, 1, 0, -1000, 2, 1, INT32_MIN};
  mls::Message message("program");
  message.add("words", words).add("factors", std::vector<double>{});
  judge.send(message);
  (void)judge.receive();
}
