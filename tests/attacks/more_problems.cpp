// task: optimization-variance-reduction
// route: oracle
// tries: to end every problem at once, so that the mean is taken over fewer
// expect: harmless
// by: score

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  for (int i = 0; i < 8; ++i) {
    if (judge.receive().kind() != "problem") break;
    mls::Message message("done");
    message.add("words", std::vector<std::int32_t>{}).add("factors", std::vector<double>{});
    judge.send(message);
  }
}
