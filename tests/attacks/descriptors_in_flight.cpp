// task: optimization-online-bandit
// route: protocol
// tries: to fill the judge's descriptors, and to keep its own end open after its death, by sending
// descriptors along
// expect: protocol_violation

#include <sys/socket.h>

#include <cstring>

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  (void)judge.receive();
  for (int i = 0; i < 500; ++i) {
    char byte = 'M';
    iovec part{&byte, 1};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * 8)]{};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    cmsghdr* c = CMSG_FIRSTHDR(&header);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int) * 8);
    const int copies[8] = {3, 3, 3, 3, 3, 3, 1, 2};
    std::memcpy(CMSG_DATA(c), copies, sizeof copies);
    if (sendmsg(3, &header, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) break;
  }
}
