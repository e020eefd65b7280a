// task: optimization-online-bandit
// route: protocol
// tries: to send a message byte by byte, slowly, so that the judge never waits long but never gets on
// expect: timeout

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  (void)judge.receive();
  for (const char c : frame(message("act", {tensor("action", 2, {32})}), std::string(128, '\0'))) {
    send_bytes({&c, 1});
    usleep(200'000);
  }
  for (;;) sleep(1);
}
