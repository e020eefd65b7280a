// task: optimization-online-bandit
// route: forged results
// tries: to write a perfect verdict to every descriptor but the conversation, copies included
// expect: harmless

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  survive();
  const std::string verdict = R"({"status":"ok","message":"","metrics":{"regret":0.0},"waited_s":0})"
                              "\n";
  for (int fd = 0; fd < 1024; ++fd) {
    if (fd == 3) continue;
    call(SYS_write, fd, address(verdict.data()), static_cast<long>(verdict.size()));
    call(SYS_pwrite64, fd, address(verdict.data()), static_cast<long>(verdict.size()), 0);
    call(SYS_ftruncate, fd, 0);
  }
  for (const long fd : {call(SYS_dup, 1), call(SYS_dup2, 1, 4), call(SYS_fcntl, 1, F_DUPFD, 5)}) {
    if (fd >= 0) call(SYS_write, fd, address(verdict.data()), static_cast<long>(verdict.size()));
  }
}
