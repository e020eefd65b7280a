// task: optimization-online-bandit
// route: escaping
// tries: to leave the file system's view by mounts, new roots and working folders
// expect: harmless

#include <sched.h>
#include <sys/mount.h>

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info& info, mls::Rng&) {
  survive();
  call(SYS_unshare, CLONE_NEWUSER | CLONE_NEWNS);
  for (const char* type : {"proc", "tmpfs", "sysfs", "overlay", "cgroup2"})
    call(SYS_mount, address(type), address("/"), address(type), 0, 0);
  call(SYS_mount, 0, address("/"), 0, MS_REMOUNT | MS_BIND, 0);
  call(SYS_umount2, address("/host"), MNT_DETACH);
  call(SYS_pivot_root, address("/"), address("/"));
  call(SYS_chroot, address("/"));
  call(SYS_fchdir, 0);
  for (int i = 0; i < 16; ++i) call(SYS_chdir, address(".."));
  call(SYS_open_tree, AT_FDCWD, address("/"), 1);
  call(SYS_fsopen, address("tmpfs"), 0);
  call(SYS_move_mount, AT_FDCWD, address("/host"), AT_FDCWD, address("/"), 0);
  examine(slurp("/proc/1/root/etc/shadow"), info);
  examine(slurp("/proc/self/environ"), info);
}
