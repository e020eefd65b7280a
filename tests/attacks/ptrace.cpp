// task: optimization-online-bandit
// route: memory of other processes
// tries: to attach to every process it can name and to read words of its memory
// expect: harmless

#include <sys/ptrace.h>

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info& info, mls::Rng&) {
  survive();
  call(SYS_ptrace, PTRACE_TRACEME);
  for (int pid = 1; pid < 64; ++pid) {
    if (call(SYS_ptrace, PTRACE_SEIZE, pid) != 0 && call(SYS_ptrace, PTRACE_ATTACH, pid) != 0) continue;
    std::string seen;
    for (long at = 0x400000; at < 0x500000; at += 8) {
      long word = 0;
      if (call(SYS_ptrace, PTRACE_PEEKDATA, pid, at, address(&word)) != 0) break;
      seen.append(reinterpret_cast<const char*>(&word), sizeof word);
    }
    examine(seen, info);
  }
}
