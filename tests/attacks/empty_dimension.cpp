// task: ml-calibration
// route: protocol
// tries: to send an empty tensor with extents of 2^62 beside a zero
// expect: invalid_output
// message: is expected

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  judge.send(mls::Message("fitted"));
  (void)judge.receive();
  const std::int64_t huge = std::int64_t{1} << 62;
  send_bytes(frame(message("predictions", {tensor("output", 1, {huge, huge, 0, huge})})));
  (void)judge.receive();
}
