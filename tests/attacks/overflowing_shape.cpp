// task: ml-calibration
// route: protocol
// tries: to send a tensor whose number of elements overflows to the right one: 2^32 by 2^32 + ...
// expect: protocol_violation
// message: larger than the bytes

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  judge.send(mls::Message("fitted"));
  (void)judge.receive();
  send_bytes(frame(
      message("predictions", {tensor("output", 1, {std::int64_t{1} << 32, (std::int64_t{1} << 32) + 1})}),
      std::string(64, '\0')));
  (void)judge.receive();
}
