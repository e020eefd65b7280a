// task: optimization-online-bandit
// route: exhausting memory
// tries: to take memory past the allocator: populated and shared mappings, remapping, the heap's end, huge
// pages, locks
// expect: harmless

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  survive();
  for (const int kind : {MAP_PRIVATE, MAP_SHARED}) {
    for (const int more : {0, MAP_POPULATE, MAP_HUGETLB, MAP_NORESERVE, MAP_GROWSDOWN, MAP_LOCKED}) {
      for (long size = 1L << 40; size > 0; size >>= 4) {
        const long at = call(SYS_mmap, 0, size, PROT_READ | PROT_WRITE, kind | MAP_ANONYMOUS | more, -1, 0);
        if (at <= 0) continue;
        call(SYS_mremap, at, size, size * 1024, 1 /* MREMAP_MAYMOVE */);
        call(SYS_mlock, at, size);
        call(SYS_munmap, at, size);
      }
    }
  }
  const long end = call(SYS_brk, 0);
  for (long size = 1L << 40; size > 4096; size >>= 1) call(SYS_brk, end + size);
  call(SYS_brk, end);
  call(SYS_mlockall, 3);
  call(SYS_memfd_create, address(mark), 0);
}
