// task: optimization-online-bandit
// route: protocol
// tries: to send half a message and to end
// expect: protocol_violation
// message: exited (code 0)

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  (void)judge.receive();
  const std::string whole = frame(message("act", {tensor("action", 2, {32})}), std::string(128, '\0'));
  send_bytes(std::string_view(whole).substr(0, whole.size() / 2));
}
