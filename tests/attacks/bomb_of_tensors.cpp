// task: ml-calibration
// route: protocol
// tries: to have 64 tensors share the same bytes, so that a small message becomes a large one
// expect: protocol_violation
// message: larger than the bytes

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  judge.send(mls::Message("fitted"));
  (void)judge.receive();
  std::vector<std::string> tensors;
  for (int i = 0; i < 15; ++i) tensors.push_back(tensor("output" + std::to_string(i), 1, {1 << 20}));
  send_bytes(frame(message("predictions", tensors), std::string(8 << 20, '\0')));
  (void)judge.receive();
}
