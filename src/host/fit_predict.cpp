#include "host/fit_predict.hpp"

namespace mls::host {

void serve(JudgeLink& judge, const FitPredictHandlers& handlers) {
  Message reply;
  while (true) {
    const Message& message = judge.receive();
    if (message.kind() == "fit") {
      handlers.fit(message);
      judge.send(Message("fitted"));
    } else if (message.kind() == "predict") {
      reply.reset("predictions");
      handlers.predict(message, reply);
      judge.send(reply);
    } else if (message.kind() == "finish") {
      judge.send(Message("finished"));
      return;
    } else {
      throw ProtocolError("the judge sent '" + message.kind() + "' where fit, predict or finish is expected");
    }
  }
}

}  // namespace mls::host
