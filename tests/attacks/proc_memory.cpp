// task: optimization-online-bandit
// route: memory of other processes
// tries: to read the judge's and the harness's memory through /proc/PID/mem and map_files
// expect: harmless

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info& info, mls::Rng&) {
  survive();
  for (int pid = 0; pid < 64; ++pid) {
    const std::string folder = "/proc/" + std::to_string(pid);
    const std::string maps = slurp((folder + "/maps").c_str());
    examine(slurp((folder + "/environ").c_str()), info);
    examine(slurp((folder + "/fd/3").c_str()), info);
    if (maps.empty()) continue;
    const long start = static_cast<long>(std::strtoul(maps.c_str(), nullptr, 16));
    const long fd = call(SYS_openat, AT_FDCWD, address((folder + "/mem").c_str()), O_RDONLY);
    static char block[1 << 20];
    if (fd >= 0 && call(SYS_pread64, fd, address(block), sizeof block, start) > 0)
      examine({block, sizeof block}, info);
  }
}
