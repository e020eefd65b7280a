#include "host/decide.hpp"

namespace mls::host {

void decide(JudgeLink& judge, const DecideHandler& handler) {
  std::vector<std::int32_t> choice;
  Message reply;
  for (;;) {
    const Message& message = judge.receive();
    if (message.kind() == "end") break;
    choice.clear();
    handler(message, choice);
    reply.reset("decision");
    reply.add("choice", choice);
    judge.send(reply);
  }
  judge.send(Message("ended"));
}

}  // namespace mls::host
