#include "host/fit_predict_bounded.hpp"

namespace mls::host {

void serve(JudgeLink& judge, const BoundedFitPredictHandlers& handlers) {
  Message reply;
  while (true) {
    const Message& message = judge.receive();
    if (message.kind() == "fit") {
      const std::vector<std::uint8_t> model = handlers.fit(message);
      judge.send(Message("fitted").add("model", model));
    } else if (message.kind() == "load") {
      handlers.load(message, message.values<std::uint8_t>("model"));
      judge.send(Message("loaded"));
    } else if (message.kind() == "predict") {
      reply.reset("predictions");
      handlers.predict(message, reply);
      judge.send(reply);
    } else if (message.kind() == "finish") {
      judge.send(Message("finished"));
      return;
    } else {
      throw ProtocolError("the judge sent '" + message.kind() +
                          "' where fit, load, predict or finish is expected");
    }
  }
}

}  // namespace mls::host
