// task: optimization-online-bandit
// route: exhausting descriptors
// tries: to open without end: copies, pipes, socket pairs, events, timers, memory files, watches
// expect: harmless

#include <sys/socket.h>

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  survive();
  int pair[2];
  for (int i = 0; i < 300; ++i) {
    call(SYS_dup, 3);
    call(SYS_fcntl, 3, F_DUPFD, 0);
    call(SYS_pipe, address(pair));
    call(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, address(pair));
    call(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
    call(SYS_eventfd2, 0, 0);
    call(SYS_epoll_create1, 0);
    call(SYS_timerfd_create, 0, 0);
    call(SYS_signalfd4, -1, address(pair), 8, 0);
    call(SYS_inotify_init1, 0);
    call(SYS_fanotify_init, 0, 0);
    call(SYS_memfd_create, address(mark), 0);
    call(SYS_memfd_secret, 0);
  }
}
