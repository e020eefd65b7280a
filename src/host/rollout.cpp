#include "host/rollout.hpp"

#include <vector>

namespace mls::host {

void play(JudgeLink& judge, int count, const RolloutHandlers& handlers) {
  std::vector<std::int32_t> actions(static_cast<std::size_t>(count));
  Message reply;
  for (std::int64_t step = 0;; ++step) {
    const Message& message = judge.receive();
    Observation seen{step, {}, message.values<double>("reward"), message.values<std::uint8_t>("done")};
    if (message.kind() == "end") {
      handlers.end(seen);
      judge.send(Message("ended"));
      return;
    }
    seen.values = message.values<double>("observation");
    handlers.act(seen, actions);
    reply.reset("act");
    reply.add("action", actions);
    judge.send(reply);
  }
}

}  // namespace mls::host
