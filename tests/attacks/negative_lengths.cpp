// task: optimization-online-bandit
// route: protocol
// tries: to announce a header of -1 bytes
// expect: protocol_violation
// message: header of 4294967295

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  (void)judge.receive();
  send_bytes(prefix(0xffffffff, ~std::uint64_t{0}));
  (void)judge.receive();
}
