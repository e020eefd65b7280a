// task: optimization-online-bandit
// route: compile-time leaks
// tries: to include judge, environment, settings, calibration, other methods or the harness's own files
// where they can be found
// expect: harmless

#include "shared/bandit.hpp"

#define FOUND 0
#if __has_include("judge.cpp") || __has_include("/sdk/task/judge.cpp") || __has_include("../judge.cpp")
#undef FOUND
#define FOUND 1
#endif
#if __has_include("lib/bandit/judge/environment.hpp") || __has_include("judge/task.hpp") || \
                                                                       __has_include("judge/rollout.hpp")
#undef FOUND
#define FOUND 2
#endif
#if __has_include("task.toml") || __has_include("calibration.json") || __has_include("/work/calibration.json")
#undef FOUND
#define FOUND 3
#endif
#if __has_include("baselines/thompson.cpp") || __has_include("/sdk/task/baselines/thompson.cpp")
#undef FOUND
#define FOUND 4
#endif
#if __has_include("/proc/self/environ") ||                                         \
                  __has_include(                                                   \
                      "/proc/1/environ") ||                                        \
                      __has_include(                                               \
                          "/etc/passwd") ||                                        \
                          __has_include(                                           \
                              "/root/.ssh/id_ed25519") ||                          \
                              __has_include(                                       \
                                  "/home") ||                                      \
                                  __has_include(                                   \
                                      "/packs/registry.toml") ||                   \
                                      __has_include("/artefact.mls") ||            \
                                                    __has_include("/dev/stdin") || \
                                                                  __has_include("/work/../order.json")
#undef FOUND
#define FOUND 5
#endif

void attack::begin(const mls::Info&, mls::Rng&) {
#if FOUND
  throw std::runtime_error("a file of the benchmark or the machine can be included: group " +
                           std::to_string(FOUND));
#endif
}
