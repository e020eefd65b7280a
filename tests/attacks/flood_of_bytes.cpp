// task: optimization-variance-reduction
// route: protocol
// tries: to exhaust the judge's memory with the largest messages it takes, one after the other
// expect: protocol_violation
// message: at most 262144 are allowed

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  const std::string block(1 << 20, '\0');
  for (int i = 0; i < 100; ++i) {
    const std::string header =
        message("program", {tensor("words", 2, {64 << 20}), tensor("factors", 1, {0})});
    send_bytes(prefix(static_cast<std::uint32_t>(header.size()), std::uint64_t{256} << 20) + header);
    for (int k = 0; k < 256; ++k) send_bytes(block);
  }
}
