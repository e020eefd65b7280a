// task: ml-calibration
// route: memory of other processes
// tries: to find what other processes left in the pages that the kernel hands out: heap, stack, mappings,
// socket buffers
// expect: harmless

#include <malloc.h>

#include "shared/calibration.hpp"
#include "shared/probe.hpp"

namespace {
__attribute__((noinline)) void look_at_stack() {
  char unused[1 << 22];
  asm volatile("" : : "r"(unused) : "memory");
  attack::examine({unused, sizeof unused});
}
}  // namespace

void attack::begin() {
  survive();
  look_at_stack();
  for (int i = 0; i < 24; ++i) {
    auto* heap = static_cast<char*>(std::malloc(4 << 20));
    if (heap == nullptr) break;
    examine({heap, 4 << 20});
    const long map = call(SYS_mmap, 0, 4 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map > 0) examine({reinterpret_cast<const char*>(map), 4 << 20});
    if (map > 0) call(SYS_munmap, map, 4 << 20);
    std::free(heap);
  }
}
