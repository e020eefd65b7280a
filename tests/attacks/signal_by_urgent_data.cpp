// task: optimization-online-bandit
// route: signals
// tries: to have the kernel signal the judge by out-of-band data on the conversation
// expect: harmless

#include <sys/socket.h>

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  survive();
  char byte = 0;
  iovec part{&byte, 1};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  call(SYS_sendto, 3, address(&byte), 1, MSG_OOB);
  call(SYS_sendmsg, 3, address(&header), MSG_OOB);
  call(SYS_sendmmsg, 3, address(&header), 1, MSG_OOB);
}
