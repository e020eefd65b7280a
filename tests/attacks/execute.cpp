// task: optimization-online-bandit
// route: escaping
// tries: to start the jail, itself or a program made in memory, by every way of starting one
// expect: harmless

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  survive();
  const char* arguments[] = {"mls-jail", "--forbidden", nullptr};
  for (const char* program : {"/mls-jail", "/host", "/bin/sh"}) {
    call(SYS_execve, address(program), address(arguments), 0);
    call(SYS_execveat, AT_FDCWD, address(program), address(arguments), 0, 0);
  }
  // The one descriptor for which execveat is let through.
  call(SYS_dup2, 1, 255);
  call(SYS_fcntl, 1, F_DUPFD, 255);
  call(SYS_execveat, 255, address(""), address(arguments), 0, 0x1000 /* AT_EMPTY_PATH */);
  for (int fd = 0; fd < 16; ++fd) call(SYS_execveat, fd, address(""), address(arguments), 0, 0x1000);
  call(SYS_uselib, address("/mls-jail"));
}
