// task: optimization-online-bandit
// route: protocol
// tries: to announce a payload of 2^63 bytes, for which the judge might allocate
// expect: protocol_violation
// message: bytes of tensors

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  (void)judge.receive();
  const std::string header = message("act", {tensor("action", 2, {32})});
  send_bytes(prefix(static_cast<std::uint32_t>(header.size()), std::uint64_t{1} << 63) + header);
  (void)judge.receive();
}
