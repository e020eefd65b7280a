// task: ml-calibration
// route: protocol
// tries: to send predictions of another type, whose bytes mean something else to who does not look
// expect: protocol_violation
// message: expected f64

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  judge.send(mls::Message("fitted"));
  (void)judge.receive();
  send_bytes(
      frame(message("predictions", {tensor("output", 3, {5000, 6})}), std::string(5000 * 6 * 8, '\x7f')));
  (void)judge.receive();
}
