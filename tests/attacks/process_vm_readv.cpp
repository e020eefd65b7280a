// task: ml-calibration
// route: memory of other processes
// tries: to copy the artefact out of the judge's memory with process_vm_readv, or to put another one in
// expect: harmless

#include <sys/uio.h>

#include "shared/calibration.hpp"
#include "shared/probe.hpp"

void attack::begin() {
  survive();
  static char block[1 << 20];
  iovec here{block, sizeof block};
  for (int pid = 1; pid < 64; ++pid) {
    for (std::uintptr_t at = 0x555555554000; at < 0x555555554000 + (16UL << 20); at += sizeof block) {
      iovec there{reinterpret_cast<void*>(at), sizeof block};
      if (call(SYS_process_vm_readv, pid, address(&here), 1, address(&there), 1) > 0)
        examine({block, sizeof block});
      if (call(SYS_process_vm_writev, pid, address(&here), 1, address(&there), 1) < 0) break;
    }
  }
}
