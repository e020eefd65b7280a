// task: optimization-online-bandit
// route: state between runs
// tries: to leave a listening abstract socket, or to talk to one, or to anything on the network
// expect: harmless
// runs: 2

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  survive();
  sockaddr_un abstract{};
  abstract.sun_family = AF_UNIX;
  std::strcpy(abstract.sun_path + 1, mark);
  sockaddr_in local{};
  local.sin_family = AF_INET;
  local.sin_port = htons(4711);
  local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  char arm = 3;
  for (const int family : {AF_UNIX, AF_INET, 40 /* AF_VSOCK */, 38 /* AF_ALG */, 16 /* AF_NETLINK */}) {
    const long fd = call(SYS_socket, family, SOCK_STREAM, 0);
    const auto* to = family == AF_INET ? static_cast<const void*>(&local) : &abstract;
    const long size = family == AF_INET ? sizeof local : sizeof abstract;
    if (call(SYS_connect, fd, address(to), size) == 0 && call(SYS_read, fd, address(&arm), 1) == 1)
      best_arms().assign(bandits, arm);
    if (call(SYS_bind, fd, address(to), size) == 0) call(SYS_listen, fd, 8);
  }
  // The conversation's own socket, aimed elsewhere.
  call(SYS_bind, 3, address(&abstract), sizeof abstract);
  call(SYS_connect, 3, address(&abstract), sizeof abstract);
  call(SYS_sendto, 3, address(&arm), 0, MSG_DONTWAIT, address(&abstract), sizeof abstract);
  call(SYS_listen, 3, 8);
}
