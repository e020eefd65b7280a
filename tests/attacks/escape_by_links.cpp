// task: optimization-online-bandit
// route: escaping
// tries: to lay links, devices and set-id files for the harness or a later run to stumble over, and to
// replace its own program
// expect: harmless

#include <sys/stat.h>

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info& info, mls::Rng&) {
  survive();
  for (const char* at : {"/mls-attack", "/tmp/mls-attack", "mls-attack", "/dev/mls-attack"}) {
    call(SYS_symlink, address("/etc/shadow"), address(at));
    call(SYS_link, address("/host"), address(at));
    call(SYS_linkat, AT_FDCWD, address("/host"), AT_FDCWD, address(at), 0x400);
    call(SYS_mknod, address(at), S_IFBLK | 0600, 0x800);
    call(SYS_rename, address("/host"), address(at));
    call(SYS_renameat2, AT_FDCWD, address("/host"), AT_FDCWD, address("/mls-jail"), 2);
  }
  call(SYS_chmod, address("/host"), 06777);
  call(SYS_chown, address("/host"), 0, 0);
  call(SYS_unlink, address("/mls-jail"));
  const long program = call(SYS_open, address("/host"), O_RDWR);
  if (program >= 0) call(SYS_write, program, address("#!/bin/sh\n"), 10);
  examine(slurp("/mls-attack"), info);
}
