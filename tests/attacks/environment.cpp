// task: optimization-online-bandit
// route: environment
// tries: to find the run's key in the environment, the arguments, the auxiliary vector and whatever else
// lies above main
// expect: harmless

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

extern char** environ;

void attack::begin(const mls::Info& info, mls::Rng&) {
  survive();
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    examine(*variable, info);
    const std::string_view text = *variable;
    if (text.size() > 64 && text.find('=') != std::string_view::npos)
      use_key(std::string(text.substr(text.find('=') + 1, 64)), info.arms, 0, 1);
  }
  // From here up to the end of the stack: environment, arguments, auxiliary vector, file name.
  const auto* top = reinterpret_cast<const char*>(environ);
  const auto page = reinterpret_cast<std::uintptr_t>(top) & ~std::uintptr_t{4095};
  examine(std::string_view(reinterpret_cast<const char*>(page), 4096), info);
  examine(slurp("/proc/self/environ"), info);
  examine(slurp("/proc/1/environ"), info);
  examine(slurp("/proc/self/cmdline"), info);
  examine(slurp("/proc/1/cmdline"), info);
  char name[512];
  if (call(SYS_readlink, address("/proc/self/exe"), address(name), sizeof name) > 0) examine(name, info);
}
