// task: optimization-online-bandit
// route: shared memory
// tries: to find segments of other processes: System V by number, POSIX by name, physical memory
// expect: harmless

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info& info, mls::Rng&) {
  survive();
  for (int id = 0; id < 256; ++id) {
    const long at = call(SYS_shmat, id, 0, 010000 /* SHM_RDONLY */);
    if (at > 0) examine({reinterpret_cast<const char*>(at), 4096}, info);
  }
  for (const char* path :
       {"/dev/shm", "/dev/mem", "/proc/kcore", "/dev/kmsg", "/sys/kernel/debug", "/dev/hugepages"}) {
    examine(slurp(path), info);
  }
  // The kernel's and the run's shared pages: vvar and vdso lie below the stack.
  const long anonymous =
      call(SYS_mmap, 0, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (anonymous > 0) examine({reinterpret_cast<const char*>(anonymous), 1 << 20}, info);
}
